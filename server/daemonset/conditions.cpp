#include "everynode/daemonset/conditions.hpp"

#include <algorithm>
#include <vector>

#include "everynode/codec/printable.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/rollout.hpp"

namespace everynode::daemonset {
namespace {

namespace reason {
constexpr std::string_view complete = "RolloutComplete";
constexpr std::string_view rolling = "RollingOut";
constexpr std::string_view budget = "WaitingForBudget";
constexpr std::string_view pods = "WaitingForPods";
constexpr std::string_view deletion = "WaitingForDeletion";
constexpr std::string_view well = "AsExpected";
constexpr std::array<std::string_view, troubles> wrong{well,          "PodsNotCreated", "PodsNotScheduled",
                                                       "PodsFailing", "PodsNotReady",   "PodsNotLeaving"};
}  // namespace reason

constexpr std::string_view server_says = "; the API server says: ";

constexpr std::size_t index_of(Trouble trouble) {
  return static_cast<std::size_t>(trouble);
}

/// The first few of many nodes, by name.
class NodeSummary {
 public:
  void add(const DaemonNode& node, const Diagnosis& diagnosis) {
    ++count_;
    const auto before = [](const Entry& a, const Entry& b) { return a.node->name < b.node->name; };
    const Entry entry{.node = &node, .diagnosis = diagnosis};
    if (entries_.size() == most && !before(entry, entries_.back())) return;
    if (entries_.size() == most) entries_.pop_back();
    entries_.insert(std::ranges::upper_bound(entries_, entry, before), entry);
  }

  [[nodiscard]] std::int64_t count() const { return count_; }

  /// "n1 (container agent: CrashLoopBackOff), n2 and 7 more".
  [[nodiscard]] std::string to_text(const Diagnose& judge) const {
    std::string text;
    for (const Entry& entry : entries_) {
      text += (text.empty() ? "" : ", ") + entry.node->name;
      const std::string cause = judge.cause(entry.diagnosis);
      if (!cause.empty()) text += " (" + cause + ")";
    }
    const auto rest = count_ - static_cast<std::int64_t>(entries_.size());
    return rest > 0 ? text + " and " + std::to_string(rest) + " more" : text;
  }

 private:
  static constexpr std::size_t most = 3;
  struct Entry {
    const DaemonNode* node;
    Diagnosis diagnosis;
  };
  std::vector<Entry> entries_;
  std::int64_t count_ = 0;
};

class Tally {
 public:
  explicit Tally(const Situation& situation)
      : situation_(situation),
        snapshot_(situation.snapshot),
        daemon_set_(situation.daemon_set()),
        diagnose_(situation),
        now_(situation.now) {
    const objects::ControllerRevision* const revision = current_revision(snapshot_);
    if (revision == nullptr) return;
    number_ = revision->revision;
    progress(revision->created);
  }

  RolloutConditions run() {
    for (const NodePods& pods : situation_.nodes) count(pods);
    budget_ = budget_of(daemon_set_.strategy, desired_);
    conditions_.progressing = progressing();
    conditions_.degraded = degraded();
    const std::string_view stage = conditions_.progressing.reason;
    if (stage == reason::complete || stage == reason::deletion) conditions_.last_progress.reset();
    return std::move(conditions_);
  }

 private:
  void count(const NodePods& pods) {
    const DaemonNode& node = *pods.node;
    const Diagnosis diagnosis = diagnose_(pods);
    objects::earliest(conditions_.again_at, diagnosis.at);
    if (diagnosis.desired) {
      ++desired_;
      if (!diagnosis.available) ++conditions_.unavailable[index_of(diagnosis.trouble)];
      for (const NodePod& one : pods.pods) count(node, one);
    }
    // Pods that leave nodes that are no longer eligible use up the budget too (requirement 10.2).
    const bool counts = diagnosis.desired || (node.exists && diagnosis.pod != nullptr);
    if (counts && !diagnosis.available) ++unavailable_;
    for (const NodePod& one : pods.pods) objects::earliest(conditions_.again_at, situation_.available_at(one));
    if (diagnosis.successor != nullptr) ++surging_;
    if (diagnosis.state == NodeState::updated) {
      ++updated_;
    } else if (diagnosis.state == NodeState::outdated && diagnosis.successor == nullptr) {
      waiting_.add(node, diagnosis);
    } else if (diagnosis.trouble != Trouble::none) {
      ++troubled_[index_of(diagnosis.trouble)];
      stuck_.add(node, diagnosis);
    } else if (diagnosis.desired || (counts && !diagnosis.available)) {
      ++moving_;
    }
  }

  void count(const DaemonNode& node, const NodePod& one) {
    const objects::DaemonPod& pod = *one.pod;
    if (one.standing == Standing::gone) return;
    if (one.standing == Standing::leaving) progress(std::min(now_, pod.leaves_by));
    if (!one.updated) {
      has_old_pods_ = true;
    } else if (one.available) {
      progress(pod.ready_since + std::chrono::seconds(daemon_set_.min_ready_seconds));
    } else if (!snapshot_.backoff->remembers(node.name)) {
      progress(pod.created);  // what takes the place of a pod that has failed gets nothing further
    }
  }

  void progress(objects::Time at) {
    if (at != objects::Time{}) conditions_.last_progress = std::max(conditions_.last_progress.value_or(at), at);
  }

  [[nodiscard]] objects::Condition progressing() const {
    if (updated_ == desired_ || was_complete())
      return condition(objects::condition_progressing, "True", reason::complete, complete_text());
    if (moving_ > 0) return condition(objects::condition_progressing, "True", reason::rolling, rolling_text());
    const bool rolling = daemon_set_.strategy.rolling;
    if (!rolling && stuck_.count() == 0)
      return condition(objects::condition_progressing, "Unknown", reason::deletion, deletion_text());
    if (!rolling || waiting_.count() == 0)
      return condition(objects::condition_progressing, "False", reason::pods, pods_text());
    if (has_room()) return condition(objects::condition_progressing, "True", reason::rolling, rolling_text());
    return condition(objects::condition_progressing, "False", reason::budget, budget_text());
  }

  /// Of this generation, and there is nothing that a rollout would replace: what lacks now was there before.
  [[nodiscard]] bool was_complete() const {
    const bool told = std::ranges::any_of(daemon_set_.conditions, [](const objects::Condition& condition) {
      return condition.type == objects::condition_progressing && condition.reason == reason::complete;
    });
    return told && !has_old_pods_ && daemon_set_.status.observed_generation == daemon_set_.generation;
  }

  [[nodiscard]] bool has_room() const {
    return budget_.max_surge > 0 ? surging_ < budget_.max_surge : unavailable_ < budget_.max_unavailable;
  }

  [[nodiscard]] objects::Condition degraded() const {
    const auto worst = std::ranges::find_if(troubled_, [](std::int64_t count) { return count > 0; });
    const auto index = worst == troubled_.end() ? 0 : static_cast<std::size_t>(worst - troubled_.begin());
    if (stuck_.count() == 0) return condition(objects::condition_degraded, "False", reason::well, {});
    return condition(objects::condition_degraded, "True", reason::wrong[index],
                     of_nodes(stuck_.count()) + ": " + stuck_.to_text(diagnose_) + refusal_text());
  }

  [[nodiscard]] static objects::Condition condition(std::string_view type, std::string_view status,
                                                    std::string_view why, std::string_view message) {
    return {.type = std::string(type),
            .status = std::string(status),
            .reason = std::string(why),
            .message = codec::printable(message),
            .last_transition_time = {}};
  }

  [[nodiscard]] std::string revision_text() const { return "revision " + std::to_string(number_); }
  [[nodiscard]] std::string complete_text() const { return revision_text() + " has been rolled out"; }
  [[nodiscard]] std::string of_nodes(std::int64_t count) const {
    return std::to_string(count) + " of " + std::to_string(desired_) + (desired_ == 1 ? " node" : " nodes");
  }
  [[nodiscard]] std::string rolling_text() const {
    std::string text = revision_text() + " is available on " + of_nodes(updated_);
    if (moving_ > 0) text += ", is coming to " + std::to_string(moving_);
    if (stuck_.count() > 0) text += ", meets trouble on " + std::to_string(stuck_.count());
    if (waiting_.count() > 0) text += ", waits for its turn on " + std::to_string(waiting_.count());
    return text;
  }
  [[nodiscard]] std::string deletion_text() const {
    return "updateStrategy OnDelete: " + of_nodes(waiting_.count()) + (waiting_.count() == 1 ? " keeps" : " keep") +
           " the pod of an older revision until somebody deletes it: " + waiting_.to_text(diagnose_);
  }
  [[nodiscard]] std::string pods_text() const {
    return revision_text() + " is not available on " + of_nodes(stuck_.count()) + ": " + stuck_.to_text(diagnose_) +
           refusal_text();
  }
  [[nodiscard]] std::string budget_text() const {
    const std::string budget = budget_.max_surge > 0 ? "maxSurge " + std::to_string(budget_.max_surge)
                                                     : "maxUnavailable " + std::to_string(budget_.max_unavailable);
    return of_nodes(waiting_.count()) + (waiting_.count() == 1 ? " waits for its turn; " : " wait for their turn; ") +
           budget + " is used up by " + stuck_.to_text(diagnose_) + refusal_text();
  }
  [[nodiscard]] std::string refusal_text() const {
    const bool refused = troubled_[index_of(Trouble::not_created)] > 0;
    return refused ? std::string(server_says) + std::string(snapshot_.refusal) : std::string{};
  }

  const Situation& situation_;
  const Snapshot& snapshot_;
  const objects::DaemonSet& daemon_set_;
  Diagnose diagnose_;
  objects::Time now_;
  RolloutConditions conditions_;
  Budget budget_;
  std::int64_t number_ = 0;  ///< number of the current revision
  std::int64_t desired_ = 0;
  std::int64_t updated_ = 0;
  std::int64_t moving_ = 0;  ///< nodes on which something goes on
  std::int64_t surging_ = 0;
  std::int64_t unavailable_ = 0;  ///< nodes that use up the budget
  std::array<std::int64_t, troubles> troubled_{};
  NodeSummary waiting_;  ///< nodes with an available old pod
  NodeSummary stuck_;
  bool has_old_pods_ = false;
};

}  // namespace

RolloutConditions conditions_of(const Situation& situation) {
  return Tally(situation).run();
}

bool is_ours(const objects::Condition& condition) {
  constexpr std::array<std::string_view, 5> progressing{reason::complete, reason::rolling, reason::budget, reason::pods,
                                                        reason::deletion};
  const auto has = [&](const auto& reasons) { return std::ranges::find(reasons, condition.reason) != reasons.end(); };
  if (condition.type == objects::condition_progressing) return has(progressing);
  return condition.type == objects::condition_degraded && has(reason::wrong);
}

std::string refusal_in(std::span<const objects::Condition> conditions) {
  for (const objects::Condition& condition : conditions) {
    const bool degraded = condition.type == objects::condition_degraded && condition.status == "True";
    const auto words = condition.message.find(server_says);
    if (degraded && is_ours(condition) && words != std::string::npos)
      return condition.message.substr(words + server_says.size());
  }
  return {};
}

}  // namespace everynode::daemonset
