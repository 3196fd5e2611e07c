#include "everynode/core/snapshot.hpp"

namespace everynode::core {

Claim claim_of(const DaemonSet& daemon_set, const Shared<ControllerRef>& controller, const Labels& labels) {
  const bool selected = !daemon_set.selector.empty() && matches(daemon_set.selector, labels);
  if (!controller) return selected ? Claim::orphan : Claim::foreign;
  if (controller->uid != daemon_set.uid) return Claim::foreign;
  return selected ? Claim::own : Claim::stray;
}

}  // namespace everynode::core
