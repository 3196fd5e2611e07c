#include "everynode/daemonset/rollout.hpp"

#include <algorithm>

#include "everynode/daemonset/manage.hpp"

namespace everynode::daemonset {
namespace {

/// One node's pods, told apart (requirement 10.2).
struct Pair {
  const objects::DaemonPod* fresh = nullptr;  ///< of the current revision
  const objects::DaemonPod* old = nullptr;
  bool excess = false;  ///< two of either kind: not for us to solve
};

class Roller {
 public:
  Roller(const Snapshot& snapshot, std::string_view hash, objects::Time now)
      : snapshot_(snapshot), daemon_set_(*snapshot.daemon_set), is_updated_(daemon_set_, hash), now_(now) {
    for (const DaemonNode& node : snapshot.nodes) desired_ += node.exists && node.placement.should_run ? 1 : 0;
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
  /// Upstream counts the pods of nodes that have gone, too: a rollout then stands still until they are collected
  /// (requirement 10.2).
  [[nodiscard]] static bool considered(const DaemonNode& node) {
    const bool inhabited = std::ranges::any_of(node.pods, [](const objects::DaemonPod* pod) { return !is_gone(*pod); });
    return node.exists && (inhabited || node.placement.should_run);
  }

  [[nodiscard]] Pair pair_of(const DaemonNode& node) const {
    Pair pair;
    for (const objects::DaemonPod* pod : node.pods) {
      if (pod->terminating) continue;
      const objects::DaemonPod*& slot = is_updated_(*pod) ? pair.fresh : pair.old;
      pair.excess = pair.excess || slot != nullptr;
      slot = pod;
    }
    return pair;
  }

  bool available(const objects::DaemonPod& pod) {
    objects::earliest(step_.again_at, objects::available_at(pod, daemon_set_.min_ready_seconds, now_));
    return is_available(pod, daemon_set_.min_ready_seconds, now_);
  }

  /// What has failed lately takes nobody's place in the budget.
  bool waits(std::string_view object) {
    const auto until = waits_until(snapshot_, object, now_);
    objects::earliest(step_.again_at, until);
    return until.has_value();
  }

  /// Requirement 10.3: without surge, old pods go as far as the budget allows; those that serve nobody go at once.
  void replace() {
    std::int64_t unavailable = 0;
    std::vector<const objects::DaemonPod*> candidates;
    for (const DaemonNode& node : snapshot_.nodes) {
      if (!considered(node)) continue;
      const Pair pair = pair_of(node);
      const bool only_old = pair.old != nullptr && pair.fresh == nullptr;
      const bool only_fresh = pair.fresh != nullptr && pair.old == nullptr;
      if (pair.excess || (!only_old && !only_fresh)) {
        ++unavailable;
      } else if (only_fresh) {
        unavailable += available(*pair.fresh) ? 0 : 1;
      } else if (available(*pair.old)) {
        if (!waits(pair.old->uid)) candidates.push_back(pair.old);
      } else {
        ++unavailable;
        remove(*pair.old, DeleteReason::outdated);
      }
    }
    const auto count = static_cast<std::int64_t>(candidates.size());
    const auto room = std::clamp<std::int64_t>(budget_.max_unavailable - unavailable, 0, count);
    for (std::int64_t i = 0; i < room; ++i) {
      remove(*candidates[static_cast<std::size_t>(i)], DeleteReason::outdated);
    }
  }

  /// Requirement 10.4: with surge, a new pod comes beside the old one, which goes when the new one is available.
  void surge() {
    std::int64_t surging = 0;
    std::int64_t serving = 0;
    std::vector<const DaemonNode*> candidates;
    std::vector<const objects::DaemonPod*> retired;
    for (const DaemonNode& node : snapshot_.nodes) {
      if (!considered(node)) continue;
      const Pair pair = pair_of(node);
      if (pair.excess) {
        ++surging;
        continue;
      }
      const objects::DaemonPod* serves = pair.old != nullptr ? pair.old : pair.fresh;
      if (serves != nullptr && available(*serves)) ++serving;
      if (pair.old == nullptr) continue;
      if (pair.fresh != nullptr) {
        if (!available(*pair.fresh)) {
          ++surging;
        } else {
          remove(*pair.old, DeleteReason::surge_is_over);
        }
      } else {
        begin_surge(node, *pair.old, candidates, retired);
      }
    }
    const auto count = static_cast<std::int64_t>(candidates.size());
    const auto room = std::clamp<std::int64_t>(budget_.max_surge - surging, 0, count);
    for (std::int64_t i = 0; i < room; ++i) create(*candidates[static_cast<std::size_t>(i)]);
    retire(retired, serving - desired_);
  }

  void begin_surge(const DaemonNode& node, const objects::DaemonPod& old, std::vector<const DaemonNode*>& candidates,
                   std::vector<const objects::DaemonPod*>& retired) {
    const bool serves = is_available(old, daemon_set_.min_ready_seconds, now_);
    if (!node.placement.should_run) {
      if (serves) {
        if (!waits(old.uid)) retired.push_back(&old);
      } else {
        remove(old, DeleteReason::outdated);
      }
    } else if (serves) {
      if (!waits(object_of_node(node.name))) candidates.push_back(&node);
    } else {
      create(node);  // nobody is served worse
    }
  }

  /// Pods of nodes that are no longer eligible, but may stay, go when enough others are available.
  void retire(const std::vector<const objects::DaemonPod*>& retired, std::int64_t spare) {
    const auto count = static_cast<std::int64_t>(retired.size());
    for (std::int64_t i = 0; i < std::clamp<std::int64_t>(spare, 0, count); ++i) {
      remove(*retired[static_cast<std::size_t>(i)], DeleteReason::not_eligible);
    }
  }

  void create(const DaemonNode& node) { step_.actions.emplace_back(create_pod(daemon_set_, node)); }
  void remove(const objects::DaemonPod& pod, DeleteReason reason) {
    step_.actions.emplace_back(delete_pod(pod, reason));
  }

  const Snapshot& snapshot_;
  const objects::DaemonSet& daemon_set_;
  IsUpdated is_updated_;
  objects::Time now_;
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

RolloutStep roll(const Snapshot& snapshot, std::string_view hash, objects::Time now) {
  if (!snapshot.daemon_set->strategy.rolling) return {};
  return Roller(snapshot, hash, now).roll();
}

}  // namespace everynode::daemonset
