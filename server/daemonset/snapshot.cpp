#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

Claim claim_of(const objects::DaemonSet& daemon_set, const objects::Shared<objects::ControllerRef>& controller,
               const objects::Labels& labels) {
  const bool selected = !daemon_set.selector.empty() && objects::matches(daemon_set.selector, labels);
  if (!controller) return selected ? Claim::orphan : Claim::foreign;
  if (controller->uid != daemon_set.uid) return Claim::foreign;
  return selected ? Claim::own : Claim::stray;
}

}  // namespace everynode::daemonset
