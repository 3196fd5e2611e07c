#include "everynode/daemonset/startup.hpp"

namespace everynode::daemonset {

StartupWait startup_wait(const objects::DaemonSet& daemon_set, const DaemonNode& node, objects::Time now) {
  StartupWait wait;
  const objects::Switches& switches = daemon_set.switches;
  if (!switches.starts_nodes || switches.suspended || daemon_set.terminating) return wait;
  if (!node.exists || !node.placement.should_run) return wait;
  for (const objects::DaemonPod* const pod : node.pods) {
    if (pod->terminating || pod->is_over()) continue;
    if (objects::is_available(*pod, daemon_set.min_ready_seconds, now)) return {};
    objects::earliest(wait.until, objects::available_at(*pod, daemon_set.min_ready_seconds, now));
  }
  wait.waits = true;
  return wait;
}

}  // namespace everynode::daemonset
