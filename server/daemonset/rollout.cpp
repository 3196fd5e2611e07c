#include "everynode/daemonset/rollout.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <span>
#include <string>

#include "everynode/daemonset/manage.hpp"

namespace everynode::daemonset {
namespace {

class RollingUpdate {
 public:
  explicit RollingUpdate(const Situation& situation) : situation_(situation), daemon_set_(situation.daemon_set()) {
    budget_ = budget_of(situation.snapshot, situation.desired);
    wave_budget_ = wave_budget(situation);
    const Snapshot& snapshot = situation.snapshot;
    calm_ = (snapshot.retries == nullptr || snapshot.retries->empty()) &&
            (snapshot.repeats == nullptr || snapshot.repeats->calm()) && situation.unfitted == 0;
    objects::earliest(step_.again_at, situation.tries_at);
    if (situation.progress) objects::earliest(step_.again_at, situation.progress->again_at);
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
    const DaemonNode* node = nullptr;
    const NodePod* old = nullptr;
    std::uint64_t key = 0;  ///< of the node's name
  };
  using Candidates = std::vector<Candidate>;

  /// Upstream also counts the pods of nodes that no longer exist: a rollout then stands still until they are collected
  /// (requirement 10.2).
  [[nodiscard]] static bool considered(const NodePods& pods) {
    return pods.node->exists && !pods.deferred && (pods.node->placement.should_run || pods.inhabited());
  }

  /// One pod, available and of the current revision: nothing to replace, and nothing that uses up the budget.
  [[nodiscard]] static bool is_served(const NodePods& pods) {
    if (pods.pods.size() != 1) return false;
    const NodePod& only = pods.pods.front();
    return only.updated && only.available && only.stays();
  }

  /// Whether old pods of the node may be replaced now, as far as the policy's waves are concerned.
  [[nodiscard]] bool is_open(std::size_t index) const {
    return !situation_.progress || situation_.progress->is_open(situation_.snapshot.places[index]);
  }

  [[nodiscard]] bool is_in_wave(std::size_t index) const { return daemonset::is_in_wave(situation_, index); }

  [[nodiscard]] bool is_rolling() const {
    return situation_.progress && situation_.progress->phase == rollout::Phase::rolling;
  }

  /// Of `room` in the budget, what the wave's own leaves if so much of it is used up.
  [[nodiscard]] std::int64_t room_in_wave(std::int64_t room, std::int64_t used) const {
    return wave_budget_ ? std::min(room, wave_budget_->most - used) : room;
  }

  bool available(const NodePod& one) {
    if (!one.available) objects::earliest(step_.again_at, situation_.available_at(one));
    return one.available;
  }

  /// As many candidates as there is room for, by name: the same snapshot gives the same nodes, whatever happened
  /// before, and people can predict which one is next.
  static std::span<const Candidate> chosen(Candidates& candidates, std::int64_t room) {
    if (room <= 0 || candidates.empty()) return {};
    const auto end = candidates.begin() + std::min<std::int64_t>(room, std::ssize(candidates));
    constexpr std::int64_t few = 16;  // of so many that keys cost more than they save
    if (room < few) {
      std::ranges::partial_sort(candidates, end, {},
                                [](const Candidate& one) -> const std::string& { return one.node->name; });
      return {candidates.begin(), end};
    }
    set_keys(candidates);
    const auto before = [](const Candidate& a, const Candidate& b) {
      return a.key != b.key ? a.key < b.key : a.node->name < b.node->name;
    };
    std::ranges::nth_element(candidates, end, before);
    std::ranges::sort(candidates.begin(), end, before);
    return {candidates.begin(), end};
  }

  /// The eight bytes of each name from where the names begin to differ, as a number: most names are told apart by that.
  static void set_keys(Candidates& candidates) {
    const std::string& first = candidates.front().node->name;
    std::size_t common = first.size();
    for (const Candidate& one : candidates) {
      const std::string& name = one.node->name;
      common = std::min(common, name.size());
      if (std::memcmp(first.data(), name.data(), common) == 0) continue;
      common = static_cast<std::size_t>(std::ranges::mismatch(first, name).in1 - first.begin());
    }
    for (Candidate& one : candidates) {
      std::array<char, sizeof(one.key)> bytes{};
      one.node->name.text().copy(bytes.data(), bytes.size(), common);
      const auto key = std::bit_cast<std::uint64_t>(bytes);
      one.key = std::endian::native == std::endian::little ? std::byteswap(key) : key;
    }
  }

  /// What has failed lately takes nobody's place in the budget.
  bool waits(const NodePod& one) { return waits(waits_until(situation_.snapshot, one.pod->uid, situation_.now)); }
  /// Nor does a node whose pods do not stay, or one that shuts down: it keeps the pod that it has as long as the next
  /// would have to wait.
  bool waits(const DaemonNode& node) {
    if (shuts_down(situation_.snapshot, node)) return true;
    return waits(creation_waits_until(situation_.snapshot, node.name, situation_.now));
  }
  /// Whether the node keeps its available old pod for now.
  bool keeps(const NodePod& old, const DaemonNode& node) { return old.held || waits(old) || waits(node); }
  bool waits(std::optional<objects::Time> until) {
    objects::earliest(step_.again_at, until);
    return until.has_value();
  }

  /// Requirement 10.3: without surge, old pods go as far as the budget allows; those that serve nobody go at once.
  /// Under a policy these are bounded too: so many of their successors may be on their way.
  void replace() {
    std::int64_t unavailable = 0;
    std::int64_t in_wave = 0;
    Candidates candidates;
    Candidates idle;     // with old pods that serve nobody, under a policy
    Candidates blocked;  // the same, of waves that have not begun
    std::int64_t old_unavailable = 0;
    std::int64_t idle_in_wave = 0;
    for (std::size_t i = 0; i < situation_.nodes.size(); ++i) {
      const NodePods& pods = situation_.nodes[i];
      if (is_served(pods) || !considered(pods)) continue;
      const std::int64_t before = unavailable;
      const NewAndOld both = pods.new_and_old();
      const bool only_old = both.old != nullptr && both.fresh == nullptr;
      const bool only_fresh = both.fresh != nullptr && both.old == nullptr;
      if (both.spare || (!only_old && !only_fresh)) {
        ++unavailable;
      } else if (only_fresh) {
        unavailable += available(*both.fresh) ? 0 : 1;
      } else if (available(*both.old)) {
        const bool calm = calm_ && !shuts_down(situation_.snapshot, *pods.node);
        const bool may_go = is_open(i) && (calm || !keeps(*both.old, *pods.node));
        if (may_go) candidates.push_back({.node = pods.node, .old = both.old});
      } else {
        ++unavailable;
        ++old_unavailable;
        idle_in_wave += is_in_wave(i) ? 1 : 0;
        if (both.old->held || waits(*pods.node)) {
          // It keeps the pod that it has until the next one may be created.
        } else if (!situation_.progress) {
          remove(*both.old, DeleteReason::outdated);
        } else {
          (is_open(i) ? idle : blocked).push_back({.node = pods.node, .old = both.old});
        }
      }
      if (unavailable > before && is_in_wave(i)) ++in_wave;
    }
    // One bad update after the other must not take more than the budget.
    std::int64_t idle_room = budget_.max_unavailable - (unavailable - old_unavailable);
    idle_room -= remove(chosen(idle, room_in_wave(idle_room, in_wave - idle_in_wave)));
    const std::int64_t room = budget_.max_unavailable - unavailable;
    remove(chosen(candidates, room_in_wave(room, in_wave)));
    // What serves nobody in later waves may use up the budget: no wave would ever get its turn.
    const bool stuck = room <= 0 && !candidates.empty() && is_rolling();
    remove(chosen(blocked, stuck ? idle_room : 0));
  }

  /// Requirement 10.4: with surge, a new pod comes beside the old one, which goes when the new one is available. Where
  /// the old one serves nobody it comes at once; under a policy these are bounded too, and come first.
  void surge() {
    std::int64_t surging = 0;
    std::int64_t in_wave = 0;
    std::int64_t serving = 0;
    std::int64_t starting = 0;  // nodes whose old pod has gone before the new one serves
    Candidates candidates;
    Candidates idle;  // with old pods that serve nobody, under a policy
    Candidates retired;
    for (std::size_t i = 0; i < situation_.nodes.size(); ++i) {
      const NodePods& pods = situation_.nodes[i];
      if (!considered(pods)) continue;
      const NewAndOld both = pods.new_and_old();
      if (both.spare) {
        ++surging;
        in_wave += is_in_wave(i) ? 1 : 0;
        continue;
      }
      const NodePod* serves = both.old != nullptr ? both.old : both.fresh;
      if (serves != nullptr && available(*serves)) ++serving;
      if (both.old == nullptr) {
        starting += both.fresh != nullptr && !both.fresh->available ? 1 : 0;
        continue;
      }
      if (both.fresh != nullptr) {
        if (!available(*both.fresh)) {
          ++surging;
          in_wave += is_in_wave(i) ? 1 : 0;
        } else {
          remove(*both.old, DeleteReason::surge_is_over);
        }
      } else if (is_open(i)) {
        begin_surge({.node = pods.node, .old = both.old},
                    situation_.progress && !both.old->available ? idle : candidates, retired);
      }
    }
    const std::int64_t room = budget_.max_surge - surging;
    const std::int64_t begun = create(chosen(idle, room_in_wave(room - starting, in_wave)));
    create(chosen(candidates, room_in_wave(room - begun, in_wave + begun)));
    // Pods of nodes that are no longer eligible, but may stay, go when enough others are available.
    for (const Candidate& one : chosen(retired, serving - situation_.desired))
      remove(*one.old, DeleteReason::not_eligible);
  }

  void begin_surge(const Candidate& one, Candidates& candidates, Candidates& retired) {
    if (one.old->held) return;
    if (!one.node->placement.should_run) {
      if (one.old->available) {
        if (!waits(*one.old)) retired.push_back(one);
      } else {
        remove(*one.old, DeleteReason::outdated);
      }
    } else if (one.old->available || situation_.progress) {
      if (!waits(*one.node)) candidates.push_back(one);
    } else if (!shuts_down(situation_.snapshot, *one.node)) {
      create(*one.node);  // the node has no available pod to lose
    }
  }

  void create(const DaemonNode& node) { step_.actions.emplace_back(create_pod(daemon_set_, node)); }
  void remove(const NodePod& one, DeleteReason reason) { step_.actions.emplace_back(delete_pod(*one.pod, reason)); }
  /// Returns how many.
  std::int64_t create(std::span<const Candidate> outdated) {
    for (const Candidate& one : outdated) create(*one.node);
    return std::ssize(outdated);
  }
  std::int64_t remove(std::span<const Candidate> outdated) {
    for (const Candidate& one : outdated) remove(*one.old, DeleteReason::outdated);
    return std::ssize(outdated);
  }

  const Situation& situation_;
  const objects::DaemonSet& daemon_set_;
  Budget budget_;
  std::optional<WaveBudget> wave_budget_;
  bool calm_ = false;  ///< nothing waits because it has failed or does not last, or for another pod to come out right
  RolloutStep step_;
};

}  // namespace

Budget budget_of(const objects::UpdateStrategy& strategy, std::int64_t desired) {
  // OnDelete may have kept the limits of a strategy before it: nobody surges by them.
  Budget budget{.max_unavailable = strategy.max_unavailable.of(desired),
                .max_surge = strategy.rolling ? strategy.max_surge.of(desired) : 0};
  if (desired > 0 && budget.max_unavailable == 0 && budget.max_surge == 0) budget.max_unavailable = 1;
  return budget;
}

Budget budget_of(const Snapshot& snapshot, std::int64_t desired) {
  Budget budget = budget_of(snapshot.daemon_set->strategy, desired);
  if (snapshot.policy == nullptr || !snapshot.policy->max_unavailable) return budget;
  const std::int64_t wanted = snapshot.policy->max_unavailable->of(desired);
  (budget.max_surge > 0 ? budget.max_surge : budget.max_unavailable) = wanted;
  return budget;
}

std::optional<WaveBudget> wave_budget(const Situation& situation) {
  if (!situation.progress || !situation.progress->at) return std::nullopt;
  const auto& waves = situation.snapshot.policy->waves;
  const rollout::Place& at = *situation.progress->at;
  if (at.wave >= waves.size() || !waves[at.wave].max_unavailable) return std::nullopt;
  return WaveBudget{.most = waves[at.wave].max_unavailable->of(situation.progress->wave.desired),
                    .wave = rollout::name_of(at, waves)};
}

bool is_in_wave(const Situation& situation, std::size_t index) {
  return situation.progress && situation.progress->at == situation.snapshot.places[index];
}

RolloutStep roll(const Situation& situation) {
  if (!situation.daemon_set().strategy.rolling && situation.snapshot.policy == nullptr) return {};
  return RollingUpdate(situation).roll();
}

}  // namespace everynode::daemonset
