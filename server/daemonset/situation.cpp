#include "everynode/daemonset/situation.hpp"

#include <algorithm>
#include <utility>

#include "blame.hpp"
#include "drift.hpp"
#include "everynode/daemonset/history.hpp"

namespace everynode::daemonset {
namespace {

Standing standing_of(const objects::DaemonPod& pod) {
  if (is_gone(pod)) return Standing::gone;
  if (pod.terminating) return Standing::leaving;
  if (pod.phase == objects::PodPhase::failed) return Standing::failed;
  return pod.phase == objects::PodPhase::succeeded ? Standing::succeeded : Standing::running;
}

bool is_there(const NodePod& pod) {
  return pod.standing != Standing::gone;
}

/// So many nodes before its turn comes, a pod is asked for: they lie all over the memory, and most of a plan's time
/// would be waiting for them.
constexpr std::size_t ahead = 16;

/// What is read of it may lie across two lines of the cache.
void prefetch_pod(const DaemonNode& node) {
  if (node.pods.empty()) return;
  __builtin_prefetch(node.pods.front());
  __builtin_prefetch(&node.pods.front()->created);
}

}  // namespace

bool NodePods::inhabited() const {
  return std::ranges::any_of(pods, is_there);
}

bool NodePods::available() const {
  return std::ranges::any_of(pods, [](const NodePod& one) { return is_there(one) && one.available; });
}

const NodePod* NodePods::first() const {
  const NodePod* found = nullptr;
  for (const NodePod& one : pods) {
    if (!is_there(one)) continue;
    if (found == nullptr || objects::comes_first(*one.pod, *found->pod)) found = &one;
  }
  return found;
}

const NodePod* NodePods::notable() const {
  const auto worse = [](const NodePod& one) { return std::pair(!one.stays(), !one.available); };
  const NodePod* found = nullptr;
  for (const NodePod& one : pods) {
    if (!is_there(one)) continue;
    const bool better = found == nullptr || worse(one) < worse(*found) ||
                        (worse(one) == worse(*found) && objects::comes_first(*one.pod, *found->pod));
    if (better) found = &one;
  }
  return found;
}

const NodePod* NodePods::successor() const {
  if (pods.size() < 2) return nullptr;
  const NodePod* found = nullptr;
  bool has_old = false;
  for (const NodePod& one : pods) {
    if (!one.stays()) continue;
    if (!one.updated) {
      has_old = true;
    } else if (!one.available) {
      found = &one;
    }
  }
  return has_old ? found : nullptr;
}

Situation::Situation(const Snapshot& of, std::string_view current, objects::Time at)
    : snapshot(of), hash(current), now(at) {
  const IsUpdated is_updated(*of.daemon_set, current);
  const std::int64_t min_ready_seconds = of.daemon_set->min_ready_seconds;
  nodes.reserve(of.nodes.size());
  for (std::size_t i = 0; i < of.nodes.size(); ++i) {
    if (i + ahead < of.nodes.size()) prefetch_pod(of.nodes[i + ahead]);
    const DaemonNode& node = of.nodes[i];
    NodePods& seen = nodes.emplace_back();
    seen.node = &node;
    seen.deferred = node.placement.held;
    desired += seen.desired() ? 1 : 0;
    for (const objects::DaemonPod* pod : node.pods) {
      seen.pods.push_back({.pod = pod,
                           .standing = standing_of(*pod),
                           .updated = is_updated(*pod),
                           .available = objects::is_available(*pod, min_ready_seconds, at)});
    }
  }
  if (of.policy == nullptr) return;
  if (of.audited) take_drift(*this);
  progress = judge(*this);
}

std::optional<objects::Time> Situation::available_at(const NodePod& pod) const {
  if (pod.available) return std::nullopt;
  return objects::available_at(*pod.pod, daemon_set().min_ready_seconds, now);
}

}  // namespace everynode::daemonset
