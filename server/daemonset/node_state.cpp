#include "everynode/daemonset/node_state.hpp"

#include <algorithm>
#include <charconv>

#include "everynode/codec/json_text.hpp"
#include "everynode/daemonset/conditions.hpp"

namespace everynode::daemonset {
namespace {

/// The scheduler's message begins with the reasons; then it explains why preemption does not help either.
std::string in_short(std::string_view text) {
  constexpr std::size_t most = 120;
  text = text.substr(0, text.find(". "));
  return std::string(codec::clipped(text, most)) + (text.size() <= most ? "" : "...");
}

}  // namespace

Diagnosis Diagnose::operator()(const NodePods& pods) const {
  const auto pod_of = [](const NodePod* one) { return one == nullptr ? nullptr : one->pod; };
  const NodePod* const notable = pods.notable();
  Diagnosis diagnosis{.state = state_of(pods, notable),
                      .pod = pod_of(notable),
                      .successor = pod_of(pods.successor()),
                      .desired = pods.desired(),
                      .available = pods.available(),
                      .trouble = Trouble::none,
                      .undone = Undone::deleted,
                      .at = {}};
  find_trouble(*pods.node, diagnosis);
  return diagnosis;
}

NodeState Diagnose::state_of(const NodePods& pods, const NodePod* notable) {
  if (notable != nullptr && !notable->stays()) return NodeState::leaving;
  if (!pods.node->placement.should_run) return notable == nullptr ? NodeState::not_eligible : NodeState::misscheduled;
  if (notable == nullptr) return NodeState::missing;
  if (notable->standing != Standing::running) return NodeState::failing;
  if (!notable->available) return NodeState::starting;
  return notable->updated ? NodeState::updated : NodeState::outdated;
}

void Diagnose::find_trouble(const DaemonNode& node, Diagnosis& diagnosis) const {
  const bool goes = node.exists && diagnosis.state == NodeState::leaving;
  if (!diagnosis.desired && !goes) return;
  if (diagnosis.state == NodeState::updated) return;
  if (node.placement.held) {
    if (diagnosis.desired) diagnosis.trouble = Trouble::held;
    return;
  }
  if (shuts_down(situation_.snapshot, node)) return;
  const auto undone = undone_here(node, diagnosis);
  if (undone) diagnosis.at = undone_until(situation_.snapshot, node.name, situation_.now);
  if (diagnosis.state == NodeState::outdated && diagnosis.successor == nullptr && !undone) return;
  const objects::DaemonPod* pod = diagnosis.successor != nullptr ? diagnosis.successor : diagnosis.pod;
  if (pod == nullptr && !situation_.snapshot.refusal.empty() && !is_suspended(situation_.snapshot)) {
    diagnosis.trouble = Trouble::not_created;
  } else if (pod != nullptr && pod->phase == objects::PodPhase::failed && !pod->terminating) {
    diagnosis.trouble = Trouble::failing;
  } else if (pod != nullptr && pod->stuck && !pod->terminating) {
    diagnosis.trouble = pod->node_name.empty() ? Trouble::not_scheduled : Trouble::failing;
  } else if (undone && *undone != Undone::failed) {
    diagnosis.trouble = Trouble::not_staying;
    diagnosis.undone = *undone;
  } else if (undone || situation_.snapshot.backoff->remembers(node.name, situation_.now)) {
    diagnosis.trouble = Trouble::failing;
  } else if (pod != nullptr && (pod->terminating || !pod->ready)) {
    const objects::Time since = pod->terminating ? pod->leaves_by : std::max(pod->ready_since, pod->created);
    if (since == objects::Time{}) return;
    const objects::Time late = since + progress_deadline(situation_.daemon_set());
    if (situation_.now < late) {
      diagnosis.at = late;
    } else {
      diagnosis.trouble = pod->terminating ? Trouble::not_leaving : Trouble::not_ready;
    }
  }
}

/// What another process has seen counts where it has told so.
std::optional<Undone> Diagnose::undone_here(const DaemonNode& node, const Diagnosis& diagnosis) const {
  const auto undone = diagnosis.desired ? undone_on(situation_.snapshot, node.name, situation_.now) : std::nullopt;
  const bool untold =
      undone == Undone::unknown && told_of(situation_.daemon_set(), node.name, diagnosis.pod != nullptr).empty();
  return untold ? std::nullopt : undone;
}

std::string Diagnose::cause(const Diagnosis& diagnosis) const {
  const objects::DaemonPod* pod = diagnosis.successor != nullptr ? diagnosis.successor : diagnosis.pod;
  switch (diagnosis.trouble) {
    case Trouble::none:
      return {};
    case Trouble::not_created:
      return "its pod is refused";
    case Trouble::not_staying:
      return "its pods do not stay" +
             (diagnosis.undone == Undone::unknown ? "" : ": " + std::string(cause_of(diagnosis.undone)));
    case Trouble::not_scheduled:
      return in_short(pod->trouble);
    case Trouble::failing:
      if (pod == nullptr || pod->terminating || !pod->stuck) return "its pod has failed";
      return pod->is_over() ? "failed: " + in_short(pod->trouble) : in_short(pod->trouble);
    case Trouble::not_ready:
      return "not ready for more than " + to_text(progress_deadline(situation_.daemon_set()));
    case Trouble::not_leaving:
      return "its pod should have gone more than " + to_text(progress_deadline(situation_.daemon_set())) + " ago";
    case Trouble::held:
      return "its annotation everynode.dev/exclude is not understood";
  }
  return {};
}

std::chrono::seconds progress_deadline(const objects::DaemonSet& daemon_set) {
  constexpr std::int32_t usual = 600;
  const std::string_view text = daemon_set.annotations.get("everynode.dev/progress-deadline-seconds");
  std::int32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool valid = error == std::errc{} && end == text.data() + text.size() && seconds > 0;
  return std::chrono::seconds(valid ? seconds : usual);
}

std::string to_text(std::chrono::seconds duration) {
  const auto minutes = std::chrono::floor<std::chrono::minutes>(duration);
  if (minutes != duration) return std::to_string(duration.count()) + " s";
  return std::to_string(minutes.count()) + (minutes.count() == 1 ? " minute" : " minutes");
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
    case Trouble::not_staying:
      return "not staying";
    case Trouble::not_scheduled:
      return "not scheduled";
    case Trouble::failing:
      return "failing";
    case Trouble::not_ready:
      return "not ready";
    case Trouble::not_leaving:
      return "not leaving";
    case Trouble::held:
      return "held";
  }
  return "";
}

}  // namespace everynode::daemonset
