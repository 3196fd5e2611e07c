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

NewAndOld NodePods::new_and_old() const {
  NewAndOld both;
  for (const NodePod& one : pods) {
    if (!one.stays()) continue;
    const NodePod*& slot = one.updated ? both.fresh : both.old;
    both.spare = both.spare || slot != nullptr;
    slot = &one;
  }
  return both;
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
  for (const DaemonNode& node : of.nodes) {
    NodePods& seen = nodes.emplace_back();
    seen.node = &node;
    seen.deferred = node.placement.held;
    for (const objects::DaemonPod* pod : node.pods) {
      seen.pods.push_back({.pod = pod,
                           .standing = standing_of(*pod),
                           .updated = is_updated(*pod),
                           .available = objects::is_available(*pod, min_ready_seconds, at)});
    }
  }
  if (of.policy == nullptr) return;
  if (of.audited) take_drift(*this);
  if (!of.policy->counts_bad_nodes) {
    const bool answers = answers_for_unfitted(*this);
    for (NodePods& pods : nodes) pods.deferred = pods.deferred || is_deferred(pods, answers);
  }
  progress = progress_of(*this);
}

std::optional<objects::Time> Situation::available_at(const NodePod& pod) const {
  if (pod.available) return std::nullopt;
  return objects::available_at(*pod.pod, daemon_set().min_ready_seconds, now);
}

}  // namespace everynode::daemonset
