/// Plans and what they are made of, as JSON for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "everynode/core/action.hpp"
#include "everynode/core/daemon_set.hpp"

namespace everynode::core {

/// {"action":"createPod","node":"n1"}, ...
[[nodiscard]] nlohmann::ordered_json show(const Action& action);

/// The counters as the API names them.
[[nodiscard]] nlohmann::ordered_json show(const DaemonSetStatus& status);

}  // namespace everynode::core
