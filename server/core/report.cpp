#include "everynode/core/report.hpp"

#include <algorithm>

#include "everynode/core/history.hpp"

namespace everynode::core {
namespace {

class Reporter {
 public:
  Reporter(const Snapshot& snapshot, const Nodes& nodes, std::string_view hash, Time now)
      : snapshot_(snapshot),
        daemon_set_(*snapshot.daemon_set),
        nodes_(nodes),
        is_updated_(daemon_set_, hash),
        now_(now) {}

  Report run() {
    for (const DaemonNode& node : snapshot_.nodes) {
      if (!node.exists || !node.placement.should_run) continue;
      ++report_.desired;
      if (!has_available(node)) ++report_.unavailable;
    }
    report_.budget = budget_of(daemon_set_.strategy, report_.desired);
    for (const DaemonNode& node : snapshot_.nodes) {
      NodeReport& line = report_.nodes.emplace_back(judge(node));
      line.node = node.name;
      ++report_.counts[static_cast<std::size_t>(line.state)];
    }
    std::ranges::sort(report_.nodes, {}, &NodeReport::node);
    return std::move(report_);
  }

 private:
  [[nodiscard]] bool has_available(const DaemonNode& node) const {
    return std::ranges::any_of(node.pods, [&](const DaemonPod* pod) {
      return !is_gone(*pod) && is_available(*pod, daemon_set_.min_ready_seconds, now_);
    });
  }

  /// The pod that tells most about the node: one that stays before one that goes.
  [[nodiscard]] static const DaemonPod* telling_pod(const DaemonNode& node) {
    const DaemonPod* found = nullptr;
    for (const DaemonPod* pod : node.pods) {
      if (is_gone(*pod)) continue;
      const bool better = found == nullptr || std::pair(pod->terminating, comes_first(*found, *pod)) <
                                                  std::pair(found->terminating, comes_first(*pod, *found));
      if (better) found = pod;
    }
    return found;
  }

  [[nodiscard]] NodeReport judge(const DaemonNode& node) const {
    const DaemonPod* pod = telling_pod(node);
    if (!node.placement.should_run) return judge_misfit(node, pod);
    if (pod == nullptr) return line(NodeState::missing, nullptr, "a pod is about to be created");
    if (pod->terminating) return line(NodeState::leaving, pod, "its successor is created when it has gone");
    if (pod->is_over()) return judge_over(node, *pod);
    if (!pod->ready) return line(NodeState::starting, pod, pod->trouble.empty() ? "not ready yet" : pod->trouble);
    if (const auto at = available_at(*pod, daemon_set_.min_ready_seconds, now_)) {
      return line(NodeState::starting, pod, "ready, counts as available in " + until(*at));
    }
    return is_updated_(*pod) ? line(NodeState::updated, pod, {}) : line(NodeState::outdated, pod, why_outdated());
  }

  [[nodiscard]] NodeReport judge_misfit(const DaemonNode& node, const DaemonPod* pod) const {
    std::string why = "the node has gone";
    if (const auto known = nodes_.find(node.name); node.exists && known != nodes_.end()) {
      why = explain_misfit(daemon_set_.pod_template.rules, known->second);
    }
    if (pod == nullptr) return line(NodeState::not_eligible, nullptr, std::move(why));
    if (pod->terminating) return line(NodeState::leaving, pod, std::move(why));
    why += node.placement.should_continue ? "; the pod that is there may stay" : "";
    return line(NodeState::misscheduled, pod, std::move(why));
  }

  [[nodiscard]] NodeReport judge_over(const DaemonNode& node, const DaemonPod& pod) const {
    if (pod.phase == PodPhase::succeeded) return line(NodeState::failing, &pod, "it has ended, and is replaced");
    std::string why = pod.trouble.empty() ? "failed" : "failed: " + pod.trouble;
    if (const auto at = snapshot_.backoff->until(node.name, now_)) why += "; replaced in " + until(*at);
    return line(NodeState::failing, &pod, std::move(why));
  }

  [[nodiscard]] std::string why_outdated() const {
    if (!daemon_set_.strategy.rolling) return "updateStrategy OnDelete: it is replaced when somebody deletes it";
    const bool surges = report_.budget.max_surge > 0;
    const std::int64_t most = surges ? report_.budget.max_surge : report_.budget.max_unavailable;
    return "waits for its turn: " + std::to_string(report_.unavailable) + " of " + std::to_string(report_.desired) +
           " nodes have no available pod, " + (surges ? "maxSurge is " : "maxUnavailable is ") + std::to_string(most);
  }

  [[nodiscard]] std::string until(Time at) const {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(at - now_).count()) + " s";
  }

  [[nodiscard]] static NodeReport line(NodeState state, const DaemonPod* pod, std::string why) {
    return {.node = {}, .state = state, .pod = pod == nullptr ? std::string{} : pod->name, .why = std::move(why)};
  }

  const Snapshot& snapshot_;
  const DaemonSet& daemon_set_;
  const Nodes& nodes_;
  IsUpdated is_updated_;
  Time now_;
  Report report_;
};

}  // namespace

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

bool Report::complete() const {
  return count(NodeState::updated) + count(NodeState::not_eligible) == nodes.size();
}

Report report(const Snapshot& snapshot, const Nodes& nodes, std::string_view hash, Time now) {
  return Reporter(snapshot, nodes, hash, now).run();
}

}  // namespace everynode::core
