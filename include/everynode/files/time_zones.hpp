/// Time zones from the system's copy of the IANA database.
#pragma once

#include <memory>
#include <string>

namespace cctz {
class time_zone;
}

namespace everynode::files {

/// Reads the zone's file in the folder that the environment variable TZDIR names, else in /usr/share/zoneinfo; UTC
/// needs none. Null: there is no such file, or it holds no zone. What was read once stays as it was.
[[nodiscard]] std::shared_ptr<const cctz::time_zone> load_time_zone(const std::string& name);

}  // namespace everynode::files
