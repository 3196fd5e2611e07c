#include "everynode/objects/daemon_pod.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "everynode/objects/template.hpp"

namespace everynode::objects {

std::string_view DaemonPod::revision_hash() const {
  return labels.get(revision_hash_label);
}

bool ended_by_node(const DaemonPod& pod) {
  constexpr std::array<std::string_view, 3> reasons{"Terminated", "NodeShutdown", "Preempting"};
  return pod.phase == PodPhase::failed && std::ranges::find(reasons, pod.trouble.text()) != reasons.end();
}

bool is_available(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now) {
  if (!pod.ready) return false;
  if (min_ready_seconds == 0) return true;
  return pod.ready_since != Time{} && pod.ready_since + std::chrono::seconds(min_ready_seconds) <= now;
}

std::optional<Time> available_at(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now) {
  const bool waits = pod.ready && pod.ready_since != Time{} && !is_available(pod, min_ready_seconds, now);
  if (!waits) return std::nullopt;
  return pod.ready_since + std::chrono::seconds(min_ready_seconds);
}

bool comes_first(const DaemonPod& a, const DaemonPod& b) {
  return std::tuple(a.node_name.empty(), a.created, std::string_view(a.name)) <
         std::tuple(b.node_name.empty(), b.created, std::string_view(b.name));
}

}  // namespace everynode::objects
