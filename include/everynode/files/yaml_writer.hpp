/// JSON as YAML, for people who read it.
#pragma once

#include <string>

namespace everynode::files {

/// Block style, members in their order, ASCII only: what a terminal would obey is escaped. kubectl and `read_documents`
/// read the same value back. `json` must be JSON; throws std::invalid_argument otherwise.
[[nodiscard]] std::string to_yaml(const std::string& json);

}  // namespace everynode::files
