#include "everynode/rollout/policies.hpp"

#include <tuple>

namespace everynode::rollout {

bool selects(const objects::RolloutPolicy& policy, const objects::DaemonSet& daemon_set) {
  return policy.namespace_ == daemon_set.namespace_ && objects::matches(policy.selector, daemon_set.labels);
}

const objects::RolloutPolicy* serving(std::span<const objects::RolloutPolicy* const> policies,
                                      const objects::DaemonSet& daemon_set) {
  const auto age = [](const objects::RolloutPolicy& policy) { return std::tie(policy.created, policy.name); };
  const objects::RolloutPolicy* found = nullptr;
  for (const objects::RolloutPolicy* const policy : policies) {
    if (!selects(*policy, daemon_set)) continue;
    if (found == nullptr || age(*policy) < age(*found)) found = policy;
  }
  return found;
}

}  // namespace everynode::rollout
