#include "everynode/daemonset/rollout.hpp"

#include <algorithm>
#include <span>

#include "everynode/daemonset/manage.hpp"

namespace everynode::daemonset {
namespace {

class RollingUpdate {
 public:
  explicit RollingUpdate(const Situation& situation) : situation_(situation), daemon_set_(situation.daemon_set()) {
    desired_ = std::ranges::count_if(situation.nodes, &NodePods::desired);
    budget_ = budget_of(daemon_set_.strategy, desired_);
  }

  RolloutStep roll() {
    if (budget_.max_surge > 0) {
      surge();
    } else {
      replace();
    }
    return std::move(step_);
  }

 private:
  struct Candidate {
    const DaemonNode* node;
    const NodePod* old;
  };
  using Candidates = std::vector<Candidate>;

  /// Upstream also counts the pods of nodes that no longer exist: a rollout then stands still until they are collected
  /// (requirement 10.2).
  [[nodiscard]] static bool considered(const NodePods& pods) {
    return pods.node->exists && (pods.node->placement.should_run || pods.inhabited());
  }

  bool available(const NodePod& one) {
    objects::earliest(step_.again_at, situation_.available_at(one));
    return one.available;
  }

  /// As many candidates as there is room for, by name: the same snapshot gives the same nodes, whatever happened
  /// before, and people can predict which one is next.
  static std::span<const Candidate> chosen(Candidates& candidates, std::int64_t room) {
    const auto count = static_cast<std::int64_t>(candidates.size());
    const auto end = candidates.begin() + std::clamp<std::int64_t>(room, 0, count);
    const auto name = [](const Candidate& candidate) -> const std::string& { return candidate.node->name; };
    std::ranges::partial_sort(candidates, end, {}, name);
    return {candidates.begin(), end};
  }

  /// What has failed lately takes nobody's place in the budget.
  bool waits(const NodePod& one) { return waits(waits_until(situation_.snapshot, one.pod->uid, situation_.now)); }
  /// Nor does a node whose pods do not stay: it keeps the one that it has as long as the next would have to wait.
  bool waits(const DaemonNode& node) {
    return waits(creation_waits_until(situation_.snapshot, node.name, situation_.now));
  }
  bool waits(std::optional<objects::Time> until) {
    objects::earliest(step_.again_at, until);
    return until.has_value();
  }

  /// Requirement 10.3: without surge, old pods go as far as the budget allows; those that serve nobody go at once.
  void replace() {
    std::int64_t unavailable = 0;
    Candidates candidates;
    for (const NodePods& pods : situation_.nodes) {
      if (!considered(pods)) continue;
      const NewAndOld both = pods.new_and_old();
      const bool only_old = both.old != nullptr && both.fresh == nullptr;
      const bool only_fresh = both.fresh != nullptr && both.old == nullptr;
      if (both.spare || (!only_old && !only_fresh)) {
        ++unavailable;
      } else if (only_fresh) {
        unavailable += available(*both.fresh) ? 0 : 1;
      } else if (available(*both.old)) {
        if (!waits(*both.old) && !waits(*pods.node)) candidates.push_back({.node = pods.node, .old = both.old});
      } else {
        ++unavailable;
        if (!waits(*pods.node)) remove(*both.old, DeleteReason::outdated);
      }
    }
    for (const Candidate& one : chosen(candidates, budget_.max_unavailable - unavailable)) {
      remove(*one.old, DeleteReason::outdated);
    }
  }

  /// Requirement 10.4: with surge, a new pod comes beside the old one, which goes when the new one is available.
  void surge() {
    std::int64_t surging = 0;
    std::int64_t serving = 0;
    Candidates candidates;
    Candidates retired;
    for (const NodePods& pods : situation_.nodes) {
      if (!considered(pods)) continue;
      const NewAndOld both = pods.new_and_old();
      if (both.spare) {
        ++surging;
        continue;
      }
      const NodePod* serves = both.old != nullptr ? both.old : both.fresh;
      if (serves != nullptr && available(*serves)) ++serving;
      if (both.old == nullptr) continue;
      if (both.fresh != nullptr) {
        if (!available(*both.fresh)) {
          ++surging;
        } else {
          remove(*both.old, DeleteReason::surge_is_over);
        }
      } else {
        begin_surge({.node = pods.node, .old = both.old}, candidates, retired);
      }
    }
    for (const Candidate& one : chosen(candidates, budget_.max_surge - surging)) create(*one.node);
    // Pods of nodes that are no longer eligible, but may stay, go when enough others are available.
    for (const Candidate& one : chosen(retired, serving - desired_)) remove(*one.old, DeleteReason::not_eligible);
  }

  void begin_surge(const Candidate& one, Candidates& candidates, Candidates& retired) {
    if (!one.node->placement.should_run) {
      if (one.old->available) {
        if (!waits(*one.old)) retired.push_back(one);
      } else {
        remove(*one.old, DeleteReason::outdated);
      }
    } else if (one.old->available) {
      if (!waits(*one.node)) candidates.push_back(one);
    } else {
      create(*one.node);  // the node has no available pod to lose
    }
  }

  void create(const DaemonNode& node) { step_.actions.emplace_back(create_pod(daemon_set_, node)); }
  void remove(const NodePod& one, DeleteReason reason) { step_.actions.emplace_back(delete_pod(*one.pod, reason)); }

  const Situation& situation_;
  const objects::DaemonSet& daemon_set_;
  std::int64_t desired_ = 0;
  Budget budget_;
  RolloutStep step_;
};

}  // namespace

Budget budget_of(const objects::UpdateStrategy& strategy, std::int64_t desired) {
  Budget budget{.max_unavailable = strategy.max_unavailable.of(desired), .max_surge = strategy.max_surge.of(desired)};
  if (desired > 0 && budget.max_unavailable == 0 && budget.max_surge == 0) budget.max_unavailable = 1;
  return budget;
}

RolloutStep roll(const Situation& situation) {
  if (!situation.daemon_set().strategy.rolling) return {};
  return RollingUpdate(situation).roll();
}

}  // namespace everynode::daemonset
