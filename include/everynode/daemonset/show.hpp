/// Plans and their parts as JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/status.hpp"

namespace everynode::daemonset {

/// {"action":"createPod","node":"n1"}, ...
[[nodiscard]] nlohmann::ordered_json show(const Action& action);

/// Counters and conditions as the API names them.
[[nodiscard]] nlohmann::ordered_json show(const StatusChange& change);

}  // namespace everynode::daemonset
