/// A change of the status as JSON, for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "everynode/daemonset/status.hpp"

namespace everynode::daemonset {

/// Counters and conditions as the API names them.
[[nodiscard]] nlohmann::ordered_json show(const StatusChange& change);

}  // namespace everynode::daemonset
