#include "everynode/daemonset/startup.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace everynode::daemonset {
namespace {

/// Of the node controllers and cloud providers. The first is on each node from its registration on
/// (plugin/pkg/admission/nodetaint).
constexpr std::array<std::string_view, 4> unfinished{"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable",
                                                     "node.kubernetes.io/network-unavailable",
                                                     "node.cloudprovider.kubernetes.io/uninitialized"};

}  // namespace

StartupWait startup_wait(const objects::DaemonSet& daemon_set, const DaemonNode& node, objects::Time now) {
  StartupWait wait;
  const objects::Switches& switches = daemon_set.switches;
  if (!switches.starts_nodes || switches.suspends() || daemon_set.terminating) return wait;
  if (!node.exists || !node.placement.should_run || node.placement.held) return wait;
  for (const objects::DaemonPod* const pod : node.pods) {
    if (pod->terminating || pod->is_over()) continue;
    if (objects::is_available(*pod, daemon_set.min_ready_seconds, now)) return {};
    objects::earliest(wait.until, objects::available_at(*pod, daemon_set.min_ready_seconds, now));
  }
  wait.waits = true;
  return wait;
}

bool is_set_up(const objects::Node& node) {
  return node.health.ready && std::ranges::none_of(node.taints, [](const objects::Taint& taint) {
           return std::ranges::find(unfinished, taint.key) != unfinished.end();
         });
}

}  // namespace everynode::daemonset
