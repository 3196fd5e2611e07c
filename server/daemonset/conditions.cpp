#include "everynode/daemonset/conditions.hpp"

#include <algorithm>
#include <vector>

#include "everynode/codec/printable.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "everynode/objects/conditions.hpp"

namespace everynode::daemonset {
namespace {

namespace reason {
constexpr std::string_view complete = "RolloutComplete";
constexpr std::string_view rolling = "RollingOut";
constexpr std::string_view budget = "WaitingForBudget";
constexpr std::string_view pods = "WaitingForPods";
constexpr std::string_view deletion = "WaitingForDeletion";
constexpr std::string_view deadline = "ProgressDeadlineExceeded";
constexpr std::string_view soaking = "Soaking";
constexpr std::string_view held = "Held";
constexpr std::string_view paused = "Paused";
constexpr std::string_view outside_window = "OutsideWindow";
constexpr std::string_view failed = "Failed";
constexpr std::string_view suspended = "Suspended";
constexpr std::string_view mistake = "SwitchNotUnderstood";
constexpr std::string_view well = "AsExpected";
constexpr std::string_view not_minded = "AsInTree";
constexpr std::array<std::string_view, troubles> wrong{
    well,          "PodsNotCreated", "PodsNotStaying", "PodsNotScheduled",
    "PodsFailing", "PodsNotReady",   "PodsNotLeaving", mistake};
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
  [[nodiscard]] std::string to_text(const Diagnose& diagnose) const {
    std::string text;
    for (const Entry& entry : entries_) {
      text += (text.empty() ? "" : ", ") + entry.node->name;
      const std::string cause = diagnose.cause(entry.diagnosis);
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

/// Of a budget.
struct Used {
  std::int64_t all = 0;
  std::int64_t in_wave = 0;  ///< in the wave that the policy is at

  void add(bool here) {
    ++all;
    in_wave += here ? 1 : 0;
  }
};

class Tally {
 public:
  explicit Tally(const Situation& situation)
      : situation_(situation),
        snapshot_(situation.snapshot),
        daemon_set_(situation.daemon_set()),
        diagnose_(situation),
        now_(situation.now),
        wave_budget_(wave_budget(situation)) {
    const objects::ControllerRevision* const revision = current_revision(snapshot_);
    if (revision == nullptr) return;
    number_ = revision->revision;
    progress(revision->created);
    progress(daemon_set_.changed);  // a rollback makes no revision
  }

  RolloutConditions run() {
    for (const NodePods& pods : situation_.nodes) count(pods);
    budget_ = budget_of(snapshot_, desired_);
    late_at_ = late_at();
    conditions_.progressing = progressing();
    conditions_.degraded = degraded();
    const std::string_view stage = conditions_.progressing.reason;
    const bool waits = stage == reason::complete || stage == reason::deletion || stage == reason::suspended;
    if (waits) conditions_.last_progress.reset();
    if (conditions_.last_progress && late_at_ && *late_at_ > now_) objects::earliest(conditions_.again_at, late_at_);
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
    const bool counts = diagnosis.desired || (node.exists && diagnosis.pod != nullptr && !node.placement.held);
    const bool here = wave_budget_ && is_in_wave(situation_, static_cast<std::size_t>(&pods - situation_.nodes.data()));
    if (counts && !diagnosis.available && !pods.deferred) unavailable_.add(here);
    for (const NodePod& one : pods.pods) objects::earliest(conditions_.again_at, situation_.available_at(one));
    if (diagnosis.successor != nullptr) surging_.add(here);
    if (diagnosis.state == NodeState::updated) {
      ++updated_;
    } else if (diagnosis.trouble != Trouble::none) {
      ++troubled_[index_of(diagnosis.trouble)];
      stuck_.add(node, diagnosis);
    } else if (diagnosis.state == NodeState::outdated && diagnosis.successor == nullptr) {
      waiting_.add(node, diagnosis);
    } else if (!pods.deferred && (diagnosis.desired || (counts && !diagnosis.available))) {
      moving_.add(node, diagnosis);
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
    } else if (!snapshot_.backoff->remembers(node.name, now_) && !undone_on(snapshot_, node.name, now_)) {
      // What takes the place of a pod that has failed, or was undone, gets nothing further.
      progress(pod.created);
      if (pod.ready) progress(std::min(now_, pod.ready_since));
    }
  }

  void progress(objects::Time at) {
    if (at != objects::Time{}) conditions_.last_progress = std::max(conditions_.last_progress.value_or(at), at);
  }

  /// When it is too late for any further progress; nullopt: there was none that could be told from.
  [[nodiscard]] std::optional<objects::Time> late_at() const {
    if (!conditions_.last_progress) return std::nullopt;
    return *conditions_.last_progress + progress_deadline(daemon_set_) +
           std::chrono::seconds(daemon_set_.min_ready_seconds);
  }

  /// What is known to be wrong says more than that it takes too long.
  [[nodiscard]] bool deadline_exceeded() const {
    const bool unknown =
        stuck_.count() == troubled_[index_of(Trouble::not_ready)] + troubled_[index_of(Trouble::not_leaving)];
    const bool moves = moving_.count() > 0 || (is_rolling() && has_room() && waiting_.count() > 0);
    return late_at_ && now_ >= *late_at_ && (moves || (unknown && stuck_.count() > 0));
  }

  [[nodiscard]] objects::Condition progressing() const {
    if (is_suspended(snapshot_))
      return condition(objects::condition_progressing, "Unknown", reason::suspended, suspended_text());
    if (updated_ == desired_ || was_complete() || is_complete_by_policy())
      return condition(objects::condition_progressing, "True", reason::complete, complete_text());
    if (situation_.progress && moving_.count() == 0) {
      if (auto waits = waits_for_policy(*situation_.progress)) return std::move(*waits);
    }
    if (deadline_exceeded())
      return condition(objects::condition_progressing, "False", reason::deadline, deadline_text());
    if (moving_.count() > 0) return condition(objects::condition_progressing, "True", reason::rolling, rolling_text());
    const bool rolling = is_rolling();
    if (!rolling && stuck_.count() == 0)
      return condition(objects::condition_progressing, "Unknown", reason::deletion, deletion_text());
    if (!rolling || waiting_.count() == 0)
      return condition(objects::condition_progressing, "False", reason::pods, pods_text());
    if (has_room()) return condition(objects::condition_progressing, "True", reason::rolling, rolling_text());
    return condition(objects::condition_progressing, "False", reason::budget, budget_text());
  }

  [[nodiscard]] bool is_rolling() const { return daemon_set_.strategy.rolling || snapshot_.policy != nullptr; }

  /// If nothing moves because the policy has it so.
  [[nodiscard]] std::optional<objects::Condition> waits_for_policy(const rollout::Progress& progress) const {
    const std::string_view type = objects::condition_progressing;
    switch (progress.phase) {
      case rollout::Phase::soaking:
        return condition(type, "True", reason::soaking, wave_text(progress) + " soaks" + waiting_text());
      case rollout::Phase::held:
        return condition(type, "Unknown", reason::held, wave_text(progress) + " is on hold" + waiting_text());
      case rollout::Phase::paused:
        return condition(type, "Unknown", reason::paused, policy_text() + " is paused" + waiting_text());
      case rollout::Phase::outside_window:
        return condition(type, "True", reason::outside_window,
                         "no window of " + policy_text() + " is open" + waiting_text());
      case rollout::Phase::failed:
      case rollout::Phase::rolling_back:
        if (progress.remedy.empty()) return std::nullopt;  // it is on its way back
        return condition(
            type, "False", reason::failed,
            policy_text() + " stopped it: " +
                (progress.refused ? "this revision failed before" : std::to_string(progress.failed) + " nodes failed") +
                waiting_text());
      case rollout::Phase::rolling:
        // Later waves wait for this one, whatever room the budget has.
        if (!progress.at || progress.wave.outdated > 0 || stuck_.count() == 0) return std::nullopt;
        return condition(type, "False", reason::pods, pods_text() + waiting_text());
      case rollout::Phase::complete:
        return std::nullopt;
    }
    return std::nullopt;
  }

  /// Of this generation, and there is nothing that a rollout would replace: what lacks now was there before.
  [[nodiscard]] bool was_complete() const {
    const bool told = std::ranges::any_of(daemon_set_.conditions, [](const objects::Condition& condition) {
      return condition.type == objects::condition_progressing && condition.reason == reason::complete;
    });
    return told && !has_old_pods_ && daemon_set_.status.observed_generation == daemon_set_.generation;
  }

  [[nodiscard]] bool is_complete_by_policy() const {
    return situation_.progress && situation_.progress->phase == rollout::Phase::complete;
  }

  [[nodiscard]] bool has_room() const {
    const auto [most, used] = budget_.max_surge > 0 ? std::pair(budget_.max_surge, surging_)
                                                    : std::pair(budget_.max_unavailable, unavailable_);
    return used.all < most && !wave_is_full(used);
  }
  [[nodiscard]] bool wave_is_full(const Used& used) const { return wave_budget_ && used.in_wave >= wave_budget_->most; }

  [[nodiscard]] objects::Condition degraded() const {
    const auto worst = std::ranges::find_if(troubled_, [](std::int64_t count) { return count > 0; });
    const auto index = worst == troubled_.end() ? 0 : static_cast<std::size_t>(worst - troubled_.begin());
    if (is_suspended(snapshot_) && !daemon_set_.switches.mistake.empty())
      return condition(objects::condition_degraded, "True", reason::mistake, daemon_set_.switches.mistake);
    if (stuck_.count() == 0) return condition(objects::condition_degraded, "False", reason::well, {});
    return condition(objects::condition_degraded, "True", reason::wrong[index],
                     of_nodes(stuck_.count()) + ": " + stuck_.to_text(diagnose_) + refusal_text());
  }

  [[nodiscard]] static objects::Condition condition(std::string_view type, std::string_view status,
                                                    std::string_view why, std::string_view message) {
    return objects::condition(type, status, why, codec::printable(message));
  }

  [[nodiscard]] std::string policy_text() const { return "RolloutPolicy " + snapshot_.policy->name; }
  [[nodiscard]] std::string wave_text(const rollout::Progress& progress) const {
    return "wave " + rollout::name_of(*progress.at, snapshot_.policy->waves) + " of " + policy_text();
  }
  [[nodiscard]] std::string waiting_text() const {
    if (waiting_.count() == 0) return {};
    return "; " + of_nodes(waiting_.count()) + (waiting_.count() == 1 ? " waits for its turn" : " wait for their turn");
  }
  [[nodiscard]] std::string revision_text() const { return "revision " + std::to_string(number_); }
  [[nodiscard]] std::string complete_text() const {
    const bool deferred = situation_.progress && situation_.progress->deferred > 0;
    return revision_text() + " has been rolled out" +
           (deferred ? ", and is deferred on " + of_nodes(situation_.progress->deferred) : std::string{});
  }
  [[nodiscard]] std::string suspended_text() const {
    return (daemon_set_.switches.suspended
                ? "annotation everynode.dev/suspend is true"
                : "nothing is done until this is corrected: " + daemon_set_.switches.mistake) +
           "; " + revision_text() + " is available on " + of_nodes(updated_);
  }
  [[nodiscard]] std::string of_nodes(std::int64_t count) const {
    return std::to_string(count) + " of " + std::to_string(desired_) + (desired_ == 1 ? " node" : " nodes");
  }
  [[nodiscard]] std::string rolling_text() const {
    std::string text = revision_text() + " is available on " + of_nodes(updated_);
    if (moving_.count() > 0) text += ", is coming to " + std::to_string(moving_.count());
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
  [[nodiscard]] std::string deadline_text() const {
    const NodeSummary& which = stuck_.count() > 0 ? stuck_ : moving_.count() > 0 ? moving_ : waiting_;
    return revision_text() + " got no further for more than " + to_text(progress_deadline(daemon_set_)) +
           ", and is available on " + of_nodes(updated_) + "; it waits for " + which.to_text(diagnose_) +
           refusal_text();
  }
  [[nodiscard]] std::string budget_text() const {
    const bool surges = budget_.max_surge > 0;
    std::string budget = surges ? "maxSurge " + std::to_string(budget_.max_surge)
                                : "maxUnavailable " + std::to_string(budget_.max_unavailable);
    if (wave_is_full(surges ? surging_ : unavailable_))
      budget = "maxUnavailable " + std::to_string(wave_budget_->most) + " of wave " + wave_budget_->wave;
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
  std::optional<objects::Time> late_at_;
  Budget budget_;
  std::optional<WaveBudget> wave_budget_;
  std::int64_t number_ = 0;  ///< number of the current revision
  std::int64_t desired_ = 0;
  std::int64_t updated_ = 0;
  NodeSummary moving_;  ///< nodes on which something goes on
  Used surging_;
  Used unavailable_;  ///< nodes that use up the budget
  std::array<std::int64_t, troubles> troubled_{};
  NodeSummary waiting_;  ///< nodes with an available old pod
  NodeSummary stuck_;
  bool has_old_pods_ = false;
};

/// The condition Degraded, if it is ours and tells of this trouble; null: it does not.
const objects::Condition* degraded_by(const objects::DaemonSet& daemon_set, Trouble trouble) {
  const auto found = std::ranges::find_if(daemon_set.conditions, [&](const objects::Condition& one) {
    return one.type == objects::condition_degraded && one.status == "True" &&
           one.reason == reason::wrong[index_of(trouble)];
  });
  return found == daemon_set.conditions.end() ? nullptr : &*found;
}

/// What a message says of a node in the parentheses behind its name, as `NodeSummary` writes it.
std::string entry_of(std::string_view message, std::string_view node) {
  const std::string entry = " " + std::string(node) + " (";
  const auto begin = message.find(entry);
  if (begin == std::string_view::npos) return {};
  const std::string_view cause = message.substr(begin + entry.size());
  return std::string(cause.substr(0, cause.find(')')));
}

}  // namespace

RolloutConditions conditions_of(const Situation& situation) {
  return Tally(situation).run();
}

std::optional<objects::Time> undone_since(const objects::DaemonSet& daemon_set) {
  const objects::Condition* const found = degraded_by(daemon_set, Trouble::not_staying);
  return found == nullptr ? std::nullopt : objects::parse_time(found->last_transition_time);
}

std::string told_of(const objects::DaemonSet& daemon_set, std::string_view node, bool has_pod) {
  const objects::Condition* found = degraded_by(daemon_set, Trouble::not_staying);
  if (found == nullptr && !has_pod) found = degraded_by(daemon_set, Trouble::not_created);
  if (found == nullptr) return {};
  std::string entry = entry_of(found->message, node);
  const bool may_be_meant = !has_pod && found->message.contains(" more");
  return entry.empty() && may_be_meant ? found->message : entry;
}

objects::Condition nodes_not_minded() {
  return objects::condition(
      objects::condition_nodes_minded, "False", reason::not_minded,
      "Nodes that shut down, are out of service or have gone are treated as by the in-tree controller.");
}

bool tells_nodes_not_minded(const objects::DaemonSet& daemon_set) {
  return std::ranges::any_of(daemon_set.conditions, [](const objects::Condition& one) {
    return one.type == objects::condition_nodes_minded && one.status == "False" && is_ours(one);
  });
}

bool is_ours(const objects::Condition& condition) {
  if (condition.type == objects::condition_nodes_minded) return condition.reason == reason::not_minded;
  constexpr std::array<std::string_view, 12> progressing{
      reason::complete, reason::rolling, reason::budget, reason::pods,   reason::deletion,       reason::deadline,
      reason::soaking,  reason::held,    reason::paused, reason::failed, reason::outside_window, reason::suspended};
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
