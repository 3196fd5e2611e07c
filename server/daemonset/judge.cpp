#include "everynode/daemonset/judge.hpp"

#include <algorithm>

#include "everynode/codec/json_text.hpp"

namespace everynode::daemonset {
namespace {

/// The scheduler's message begins with what matters; how preemption would not help either follows.
std::string in_short(std::string_view text) {
  constexpr std::size_t most = 120;
  text = text.substr(0, text.find(". "));
  return std::string(codec::clipped(text, most)) + (text.size() <= most ? "" : "...");
}

}  // namespace

Judge::Judge(const Snapshot& snapshot, std::string_view hash, objects::Time now)
    : snapshot_(snapshot), daemon_set_(*snapshot.daemon_set), is_updated_(daemon_set_, hash), now_(now) {}

Judgement Judge::operator()(const DaemonNode& node) const {
  Judgement judgement;
  judgement.pod = telling_pod(node);
  if (node.pods.size() > 1) judgement.successor = successor_on(node);
  judgement.desired = node.exists && node.placement.should_run;
  judgement.state = state_of(node, judgement.pod);
  judgement.available = std::ranges::any_of(
      node.pods, [&](const objects::DaemonPod* pod) { return !is_gone(*pod) && is_available(*pod); });
  look_for_trouble(node, judgement);
  return judgement;
}

bool Judge::is_available(const objects::DaemonPod& pod) const {
  return objects::is_available(pod, daemon_set_.min_ready_seconds, now_);
}

NodeState Judge::state_of(const DaemonNode& node, const objects::DaemonPod* pod) const {
  const bool going = pod != nullptr && pod->terminating;
  if (going) return NodeState::leaving;
  if (!node.placement.should_run) return pod == nullptr ? NodeState::not_eligible : NodeState::misscheduled;
  if (pod == nullptr) return NodeState::missing;
  if (pod->is_over()) return NodeState::failing;
  if (!is_available(*pod)) return NodeState::starting;
  return is_updated_(*pod) ? NodeState::updated : NodeState::outdated;
}

/// One that stays before one that goes, and one that serves before one that does not.
const objects::DaemonPod* Judge::telling_pod(const DaemonNode& node) const {
  const auto worse = [&](const objects::DaemonPod& pod) { return std::pair(pod.terminating, !is_available(pod)); };
  const objects::DaemonPod* found = nullptr;
  for (const objects::DaemonPod* pod : node.pods) {
    if (is_gone(*pod)) continue;
    const bool better = found == nullptr || worse(*pod) < worse(*found) ||
                        (worse(*pod) == worse(*found) && objects::comes_first(*pod, *found));
    if (better) found = pod;
  }
  return found;
}

const objects::DaemonPod* Judge::successor_on(const DaemonNode& node) const {
  const objects::DaemonPod* found = nullptr;
  bool has_old = false;
  for (const objects::DaemonPod* pod : node.pods) {
    if (pod->terminating) continue;
    if (!is_updated_(*pod)) {
      has_old = true;
    } else if (!is_available(*pod)) {
      found = pod;
    }
  }
  return has_old ? found : nullptr;
}

void Judge::look_for_trouble(const DaemonNode& node, Judgement& judgement) const {
  const bool goes = node.exists && judgement.state == NodeState::leaving;
  if (!judgement.desired && !goes) return;
  if (judgement.state == NodeState::updated) return;
  if (judgement.state == NodeState::outdated && judgement.successor == nullptr) return;
  const objects::DaemonPod* pod = judgement.successor != nullptr ? judgement.successor : judgement.pod;
  if (pod == nullptr && !snapshot_.refusal.empty()) {
    judgement.trouble = Trouble::not_created;
  } else if (pod != nullptr && pod->phase == objects::PodPhase::failed && !pod->terminating) {
    judgement.trouble = Trouble::failing;
  } else if (pod != nullptr && pod->stuck && !pod->terminating) {
    judgement.trouble = pod->node_name.empty() ? Trouble::not_scheduled : Trouble::failing;
  } else if (snapshot_.backoff->remembers(node.name)) {
    judgement.trouble = Trouble::failing;
  } else if (pod != nullptr && (pod->terminating || !pod->ready)) {
    const objects::Time since = pod->terminating ? pod->leaves_by : std::max(pod->ready_since, pod->created);
    if (since == objects::Time{}) return;
    if (now_ < since + patience) {
      judgement.at = since + patience;
    } else {
      judgement.trouble = pod->terminating ? Trouble::not_leaving : Trouble::not_ready;
    }
  }
}

std::string Judge::cause(const Judgement& judgement) const {
  const objects::DaemonPod* pod = judgement.successor != nullptr ? judgement.successor : judgement.pod;
  switch (judgement.trouble) {
    case Trouble::none:
      return {};
    case Trouble::not_created:
      return "its pod is refused";
    case Trouble::not_scheduled:
      return in_short(pod->trouble);
    case Trouble::failing:
      if (pod == nullptr || pod->terminating || !pod->stuck) return "its pod has failed";
      return pod->is_over() ? "failed: " + in_short(pod->trouble) : in_short(pod->trouble);
    case Trouble::not_ready:
      return "not ready for more than 10 minutes";
    case Trouble::not_leaving:
      return "its pod should have gone more than 10 minutes ago";
  }
  return {};
}

std::string_view name_of(NodeState state) {
  switch (state) {
    case NodeState::updated:
      return "updated";
    case NodeState::outdated:
      return "outdated";
    case NodeState::starting:
      return "starting";
    case NodeState::failing:
      return "failing";
    case NodeState::leaving:
      return "leaving";
    case NodeState::missing:
      return "missing";
    case NodeState::misscheduled:
      return "misscheduled";
    case NodeState::not_eligible:
      return "not eligible";
  }
  return "";
}

std::string_view name_of(Trouble trouble) {
  switch (trouble) {
    case Trouble::none:
      return "none";
    case Trouble::not_created:
      return "not created";
    case Trouble::not_scheduled:
      return "not scheduled";
    case Trouble::failing:
      return "failing";
    case Trouble::not_ready:
      return "not ready";
    case Trouble::not_leaving:
      return "not leaving";
  }
  return "";
}

}  // namespace everynode::daemonset
