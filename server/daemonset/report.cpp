#include "everynode/daemonset/report.hpp"

#include <algorithm>
#include <array>

#include "blame.hpp"
#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/status.hpp"
#include "everynode/objects/eligibility.hpp"
#include "first_nodes.hpp"

namespace everynode::daemonset {
namespace {

bool is_enough(const objects::DaemonSetStatus& counters) {
  return counters.updated_number_scheduled >= counters.desired_number_scheduled &&
         counters.number_available >= counters.desired_number_scheduled;
}

class Reporter {
 public:
  Reporter(const Situation& situation, const Nodes& nodes, const NotReadyNodes& not_ready, Refusals refusals)
      : situation_(situation),
        snapshot_(situation.snapshot),
        daemon_set_(situation.daemon_set()),
        nodes_(nodes),
        not_ready_(not_ready),
        refusals_(refusals),
        diagnose_(situation),
        now_(situation.now) {}

  Report run() {
    std::vector<Diagnosis> diagnoses;
    diagnoses.reserve(situation_.nodes.size());
    for (const NodePods& pods : situation_.nodes) count(diagnoses.emplace_back(diagnose_(pods)));
    sum_up();
    for (std::size_t i = 0; i < diagnoses.size(); ++i) {
      const NodeReport& told = report_.nodes.emplace_back(tell(snapshot_.nodes[i], diagnoses[i]));
      report_.in_trouble += told.trouble == Trouble::none ? 0 : 1;
    }
    // The API server lists nodes by name, so they seldom have to be moved.
    if (!std::ranges::is_sorted(report_.nodes, {}, &NodeReport::node)) {
      std::ranges::sort(report_.nodes, {}, &NodeReport::node);
    }
    return std::move(report_);
  }

  Overview overview() {
    std::vector<NodeInShort> nodes;
    nodes.reserve(situation_.nodes.size());
    std::array<FirstNodes, node_states> first;
    FirstNodes in_trouble;
    for (const NodePods& pods : situation_.nodes) {
      const Diagnosis diagnosis = diagnose_(pods);
      count(diagnosis);
      const Trouble found = trouble(*pods.node, diagnosis);
      nodes.push_back({.node = pods.node->name, .state = diagnosis.state, .trouble = found});
      first[static_cast<std::size_t>(diagnosis.state)].add(*pods.node);
      if (found == Trouble::none) continue;
      ++report_.in_trouble;
      in_trouble.add(*pods.node);
    }
    sum_up();
    std::vector<const DaemonNode*> told(in_trouble.begin(), in_trouble.end());
    for (const FirstNodes& of_state : first) told.insert(told.end(), of_state.begin(), of_state.end());
    tell_once(std::move(told));
    return {.report = std::move(report_), .nodes = std::move(nodes)};
  }

 private:
  void count(const Diagnosis& diagnosis) {
    report_.desired += diagnosis.desired ? 1 : 0;
    report_.unavailable += diagnosis.desired && !diagnosis.available ? 1 : 0;
    ++report_.counts[static_cast<std::size_t>(diagnosis.state)];
  }

  /// Once all nodes are counted: what is told of one may be about all.
  void sum_up() {
    report_.counters = status_of(situation_).status;
    report_.budget = budget_of(snapshot_, report_.desired);
  }

  [[nodiscard]] NodeReport tell(const DaemonNode& node, const Diagnosis& diagnosis) const {
    return {.node = node.name,
            .state = diagnosis.state,
            .pod = diagnosis.pod == nullptr ? std::string{} : diagnosis.pod->name,
            .why = with_switches(why(node, diagnosis), node, diagnosis),
            .trouble = trouble(node, diagnosis)};
  }

  void tell_once(std::vector<const DaemonNode*> nodes) {
    std::ranges::sort(nodes, comes_before);
    const auto repeated = std::ranges::unique(nodes);
    nodes.erase(repeated.begin(), repeated.end());
    for (const DaemonNode* const node : nodes) {
      const auto index = static_cast<std::size_t>(node - snapshot_.nodes.data());
      report_.nodes.push_back(tell(*node, diagnose_(situation_.nodes[index])));
    }
  }

  /// What a switch does here beside what keeps the pod from the node, or would do if it were obeyed.
  [[nodiscard]] std::string with_switches(std::string why, const DaemonNode& node, const Diagnosis& diagnosis) const {
    std::string more;
    if (const auto known = nodes_.find(node.name); node.exists && known != nodes_.end()) {
      const objects::Misfit off = objects::switched_off(daemon_set_, known->second);
      const bool obeyed = snapshot_.obeys_switches;
      if (!obeyed && off != objects::Misfit::none) more = "not obeyed: ";
      if (!obeyed || node.placement.held) more += objects::explain_switch(off, known->second);
      if (obeyed && node.placement.held && !more.empty() && why.starts_with(more)) return why;
      if (obeyed && node.placement.held) more += ", so nothing is done here";
    }
    const bool waits = diagnosis.desired && diagnosis.state != NodeState::updated;
    if (more.empty() && waits && is_suspended(snapshot_)) more = "the DaemonSet is suspended";
    if (more.empty() && waits && shuts_down(snapshot_, node)) {
      more = "the node is shutting down; its next pod comes when it is back";
    }
    if (why.empty() || more.empty()) return why + more;
    return more + "; " + why;
  }

  /// The pod that is in trouble because its node is.
  [[nodiscard]] const objects::DaemonPod* victim(const DaemonNode& node, const Diagnosis& diagnosis) const {
    const objects::DaemonPod* pod = diagnosis.successor != nullptr ? diagnosis.successor : diagnosis.pod;
    const bool well = pod == nullptr || (pod->ready && !pod->terminating);
    return well || diagnosis.state == NodeState::failing || !not_ready_.contains(node.name) ? nullptr : pod;
  }

  [[nodiscard]] Trouble trouble(const DaemonNode& node, const Diagnosis& diagnosis) const {
    const bool hidden = diagnosis.desired && diagnosis.trouble == Trouble::none && victim(node, diagnosis) != nullptr;
    return hidden ? Trouble::not_ready : diagnosis.trouble;
  }

  /// A kubelet that has fallen silent leaves an old status of its pod, so the node's state comes first.
  [[nodiscard]] std::string why(const DaemonNode& node, const Diagnosis& diagnosis) const {
    const objects::DaemonPod* pod = victim(node, diagnosis);
    if (pod == nullptr || (!diagnosis.desired && diagnosis.state != NodeState::leaving))
      return why_by_pod(node, diagnosis);
    const std::string cause = why_node(node, *pod);
    if (pod->terminating) return cause + ", so nothing ends the pod";
    return pod->trouble.empty() ? cause : cause + "; before, " + pod->trouble;
  }

  [[nodiscard]] std::string why_node(const DaemonNode& node, const objects::DaemonPod& pod) const {
    const objects::Time since = not_ready_.find(node.name)->second;
    const std::string cause = "its node is " + to_text(objects::NodeHealth{.ready = false, .ready_changed = since});
    const auto known = nodes_.find(node.name);
    const std::string trouble = known == nodes_.end() ? std::string() : known->second.trouble;
    if (since != objects::Time{} || pod.ready || pod.ready_since == objects::Time{}) {
      return trouble.empty() ? cause : cause + " (" + trouble + ")";
    }
    return cause + " since " + objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(pod.ready_since)) +
           " (by its pod; the node does not say" + (trouble.empty() ? ")" : "; " + trouble + ")");
  }

  [[nodiscard]] std::string why_by_pod(const DaemonNode& node, const Diagnosis& diagnosis) const {
    const objects::DaemonPod* pod = diagnosis.pod;
    if (!diagnosis.desired) return why_not_here(node, diagnosis);
    if (diagnosis.trouble == Trouble::not_staying) return why_undone(node, diagnosis);
    const bool over = diagnosis.state == NodeState::failing && pod->phase == objects::PodPhase::succeeded;
    if (over || (diagnosis.state == NodeState::outdated && diagnosis.successor == nullptr)) {
      if (std::string told = told_of(daemon_set_, node.name, true); !told.empty()) return told;
    }
    switch (diagnosis.state) {
      case NodeState::outdated:
        return diagnosis.successor != nullptr ? why_surging(diagnosis) : why_outdated(node);
      case NodeState::starting:
        return why_starting(diagnosis);
      case NodeState::failing:
        return why_failing(node, *pod);
      case NodeState::leaving:
        return diagnosis.trouble == Trouble::not_leaving ? diagnose_.cause(diagnosis)
                                                         : "its successor is created when it has gone";
      case NodeState::missing:
        return why_missing(node, diagnosis);
      default:
        return {};
    }
  }

  /// Who only looks at the cluster knows from the conditions alone what has become of earlier pods.
  [[nodiscard]] std::string why_missing(const DaemonNode& node, const Diagnosis& diagnosis) const {
    if (diagnosis.trouble == Trouble::not_created) return "its pod is refused: " + std::string(snapshot_.refusal);
    const std::string told = told_of(daemon_set_, node.name, false);
    if (!told.empty()) return told;
    if (daemon_set_.terminating) return "the DaemonSet is being deleted";
    if (is_suspended(snapshot_) || node.placement.held || shuts_down(snapshot_, node)) return {};
    return refusals_ == Refusals::known ? "a pod is about to be created"
                                        : "it has no pod yet; whether the API server refuses one is not known";
  }

  [[nodiscard]] std::string why_undone(const DaemonNode& node, const Diagnosis& diagnosis) const {
    std::string told = told_of(daemon_set_, node.name, diagnosis.pod != nullptr);
    std::string cause =
        diagnosis.undone != Undone::unknown || told.empty() ? diagnose_.cause(diagnosis) : std::move(told);
    const auto at = creation_waits_until(snapshot_, node.name, now_);
    return at ? cause + "; the next one is created in " + until(*at) : cause;
  }

  [[nodiscard]] std::string why_not_here(const DaemonNode& node, const Diagnosis& diagnosis) const {
    std::string why = "the node has gone";
    if (const auto known = nodes_.find(node.name); node.exists && known != nodes_.end()) {
      why = objects::explain_switch(node.placement.misfit, known->second);
      if (why.empty()) why = objects::explain_misfit(daemon_set_.pod_template.rules, known->second);
    }
    const bool may_stay = diagnosis.state == NodeState::misscheduled && node.placement.should_continue;
    return may_stay ? why + "; the pod that is there may stay" : why;
  }

  [[nodiscard]] std::string why_starting(const Diagnosis& diagnosis) const {
    const objects::DaemonPod& pod = *diagnosis.pod;
    if (const auto at = objects::available_at(pod, daemon_set_.min_ready_seconds, now_)) {
      return "ready, counts as available in " + until(*at);
    }
    if (!pod.trouble.empty()) return pod.trouble;
    const std::string cause = diagnose_.cause(diagnosis);
    return cause.empty() ? "not ready yet" : cause;
  }

  [[nodiscard]] std::string why_failing(const DaemonNode& node, const objects::DaemonPod& pod) const {
    if (pod.phase == objects::PodPhase::succeeded) return "it has ended, and is replaced";
    std::string why = pod.trouble.empty() ? "failed" : "failed: " + pod.trouble;
    if (const auto at = snapshot_.backoff->until(node.name, now_)) why += "; replaced in " + until(*at);
    return why;
  }

  [[nodiscard]] std::string why_surging(const Diagnosis& diagnosis) const {
    const objects::DaemonPod& pod = *diagnosis.successor;
    const std::string cause = diagnose_.cause(diagnosis);
    const auto at = objects::available_at(pod, daemon_set_.min_ready_seconds, now_);
    std::string why = "waits for its successor " + pod.name + ": ";
    if (!cause.empty()) return why + cause;
    return why + (at ? "ready, counts as available in " + until(*at) : "not ready yet");
  }

  [[nodiscard]] std::string why_outdated(const DaemonNode& node) const {
    if (situation_.progress) {
      if (std::string why = why_held_back(node); !why.empty()) return why;
    }
    if (is_suspended(snapshot_) || node.placement.held) return {};  // no turn comes; what keeps it away is told
    if (!situation_.progress && !daemon_set_.strategy.rolling) {
      return "updateStrategy OnDelete: it is replaced when somebody deletes it";
    }
    const auto own = wave_budget(situation_);
    const std::string of_wave = own ? ", and " + std::to_string(own->most) + " in wave " + own->wave : std::string{};
    if (report_.budget.max_surge > 0)
      return "waits for its turn: maxSurge is " + std::to_string(report_.budget.max_surge) + of_wave;
    return "waits for its turn: " + std::to_string(report_.unavailable) + " of " + std::to_string(report_.desired) +
           " nodes have no available pod, maxUnavailable is " + std::to_string(report_.budget.max_unavailable) +
           of_wave;
  }

  /// What the policy lets the node's old pod wait for; empty: for its turn.
  [[nodiscard]] std::string why_held_back(const DaemonNode& node) const {
    const auto index = static_cast<std::size_t>(&node - snapshot_.nodes.data());
    const rollout::Progress& progress = *situation_.progress;
    const objects::RolloutPolicy& policy = *snapshot_.policy;
    if (situation_.nodes[index].deferred) {
      return "deferred: " + why_deferred(node) + "; it is updated when the node is back";
    }
    if (progress.paused) {
      return "RolloutPolicy " + policy.name + ": the rollout is " + std::string(rollout::name_of(progress.phase));
    }
    if (progress.is_open(snapshot_.places[index])) return {};
    return "waits for wave " + rollout::name_of(*progress.at, policy.waves);
  }

  [[nodiscard]] std::string until(objects::Time at) const {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(at - now_).count()) + " s";
  }

  const Situation& situation_;
  const Snapshot& snapshot_;
  const objects::DaemonSet& daemon_set_;
  const Nodes& nodes_;
  const NotReadyNodes& not_ready_;
  Refusals refusals_;
  Diagnose diagnose_;
  objects::Time now_;
  Report report_;
};

}  // namespace

bool Report::complete() const {
  return is_enough(counters);
}

Report report(const Situation& situation, const Nodes& nodes, const NotReadyNodes& not_ready, Refusals refusals) {
  return Reporter(situation, nodes, not_ready, refusals).run();
}

Overview overview(const Situation& situation, const Nodes& nodes, const NotReadyNodes& not_ready, Refusals refusals) {
  return Reporter(situation, nodes, not_ready, refusals).overview();
}

bool status_is_complete(const objects::DaemonSet& daemon_set) {
  return daemon_set.status.observed_generation >= daemon_set.generation && is_enough(daemon_set.status);
}

}  // namespace everynode::daemonset
