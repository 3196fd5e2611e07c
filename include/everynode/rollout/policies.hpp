/// Which RolloutPolicy serves a DaemonSet.
#pragma once

#include <span>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::rollout {

/// Whether the policy wants to serve the DaemonSet.
[[nodiscard]] bool selects(const objects::RolloutPolicy& policy, const objects::DaemonSet& daemon_set);

/// Of the policies of all namespaces that want to serve the DaemonSet the one that does: the oldest, of those of one
/// second the one whose name comes first. Null: none.
[[nodiscard]] const objects::RolloutPolicy* serving(std::span<const objects::RolloutPolicy* const> policies,
                                                    const objects::DaemonSet& daemon_set);

}  // namespace everynode::rollout
