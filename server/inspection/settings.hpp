/// How a target is reached, and as whom. Private to `inspection`.
#pragma once

#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::inspection {

/// Throws std::runtime_error if there is no configuration to reach the cluster.
[[nodiscard]] cluster::Config configuration(const Target& target);

/// The target's, else the context's, else "default".
[[nodiscard]] std::string namespace_of(const Target& target, const cluster::Config& config);

/// "everynode/0.1.0".
[[nodiscard]] std::string user_agent();

/// Whether there is a terminal at which somebody could be asked.
[[nodiscard]] bool somebody_is_there();

}  // namespace everynode::inspection
