#include "rollout_laws.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "invariants.hpp"
#include "rollout_seen.hpp"

namespace everynode::simulation {
namespace {

using objects::DaemonPod;
using objects::Time;

bool is_in(const objects::Window& window, Time at) {
  const auto time = at - std::chrono::floor<std::chrono::days>(at);
  const bool begun = window.from <= time;
  const bool lasts = time < window.to;
  return window.from < window.to ? begun && lasts : begun || lasts;
}

/// Whether the policy's windows let pods go. Those of the simulation are of every day, by the clock of UTC.
bool is_open(const objects::RolloutPolicy& policy, Time at) {
  return policy.windows.empty() ||
         std::ranges::any_of(policy.windows, [&](const objects::Window& one) { return is_in(one, at); });
}

class RolloutJudge {
 public:
  RolloutJudge(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, Time now)
      : snapshot_(snapshot), plan_(plan), policy_(*snapshot.policy), now_(now) {
    const daemonset::IsUpdated is_updated(*snapshot.daemon_set, plan.hash);
    for (std::size_t i = 0; i < snapshot.nodes.size(); ++i) see(snapshot.nodes[i], snapshot.places[i], is_updated);
    Time first = Time::max();
    const auto generation = snapshot.daemon_set->template_generation();
    for (Seen& one : nodes_) {
      const DaemonPod* const fresh = one.made();
      one.left_over = fresh != nullptr && is_left_over(*fresh, generation);
      if (has_own(one)) first = std::min(first, one.fresh->created);
    }
    for (const Seen& one : nodes_) {
      if (!has_own(one) || one.came_after(first)) continue;
      Time& begun = turns_.try_emplace(one.place, Time::max()).first->second;
      begun = std::min(begun, one.fresh->created);
    }
  }

  void judge() const {
    for (const Seen& one : nodes_) {
      if (!one.deletes_old) continue;
      require(!excused(one), one.node->name + " was bad before its turn, and is left alone");
      require(!policy_.paused, "nothing goes while the policy is paused");
      require(!was_rolled_back(), "what was rolled back is not rolled out again");
      require(!too_many_failed() || goes_back(), "nothing goes when too many nodes have failed");
      require(is_open(policy_, now_) || goes_back(), "nothing goes outside of all windows");
      require(may_turn(one) || (!one.available && is_stuck()), one.node->name + " has to wait for its turn");
    }
    judge_budget();
    judge_way_back();
    judge_end_of_way_back();
  }

  /// Of a plan whose actions begin one after the other: whether another may.
  [[nodiscard]] bool may_go_on() const { return !policy_.paused && (!too_many_failed() || goes_back()); }

  /// To an older revision, as far as pods are concerned.
  [[nodiscard]] bool goes_back() const {
    if (!was_complete()) return false;
    return std::ranges::any_of(nodes_, [this](const Seen& one) {
      return one.old != nullptr && !excused(one) && (one.desired() || one.inhabited) && did_not_get_so_far(*one.old);
    });
  }

 private:
  void see(const daemonset::DaemonNode& node, const rollout::Place& place, const daemonset::IsUpdated& is_updated) {
    Seen& seen = nodes_.emplace_back();
    seen.node = &node;
    seen.place = place;
    for (const DaemonPod* pod : node.pods) {
      seen.inhabited = seen.inhabited || !daemonset::is_gone(*pod);
      if (pod->terminating) continue;
      ++seen.staying;
      if (!is_updated(*pod) || is_unfitted(*pod)) {
        seen.old = pod;
        if (is_updated(*pod)) note_unfitted(*pod, seen);
      } else if (seen.fresh == nullptr || pod->created < seen.fresh->created) {
        seen.fresh = pod;
      }
      seen.available = seen.available || is_available(*pod, snapshot_.daemon_set->min_ready_seconds, now_);
      seen.deletes_old = seen.deletes_old || replaces(*pod);
    }
  }

  void note_unfitted(const DaemonPod& pod, Seen& seen) {
    unfitted_ = true;
    const bool older = seen.unfitted == nullptr || pod.created < seen.unfitted->created;
    if (older && !was_complete()) seen.unfitted = &pod;
  }

  /// Of the current revision or another, a pod that its overlays would make otherwise now, and that the policy
  /// replaces.
  [[nodiscard]] bool is_unfitted(const DaemonPod& pod) const {
    return pod.drift == objects::Drift::outdated || (pod.drift == objects::Drift::unmutated && policy_.repair);
  }

  [[nodiscard]] bool replaces(const DaemonPod& pod) const {
    return std::ranges::any_of(plan_.actions, [&](const daemonset::Action& action) {
      const auto* const deletion = std::get_if<daemonset::DeletePod>(&action);
      return deletion != nullptr && deletion->uid == pod.uid && deletion->reason == daemonset::DeleteReason::outdated;
    });
  }

  [[nodiscard]] static bool has_own(const Seen& one) { return one.desired() && one.fresh != nullptr && !one.left_over; }

  [[nodiscard]] bool excused(const Seen& one) const { return !policy_.counts_bad_nodes && bad_before(one); }
  [[nodiscard]] bool bad_before(const Seen& one) const {
    const objects::NodeHealth& health = one.node->health;
    const DaemonPod* const made = one.made();
    if (health.absence == objects::Absence::none) {
      return !health.ready && (made == nullptr || was_never_ready(health) || health.ready_changed < made->created);
    }
    if (made == nullptr || is_available(*made, snapshot_.daemon_set->min_ready_seconds, now_)) return true;
    if (crashes(*made)) return false;
    const bool kubelet_works = health.ready && health.absence != objects::Absence::shutting_down;
    const bool cannot_start = made->stuck && !made->node_name.empty() && deadline(one, *made) <= now_;
    return !kubelet_works || !(cannot_start || failed_by_itself(*made));
  }
  [[nodiscard]] static bool failed_by_itself(const DaemonPod& pod) {
    return pod.phase == objects::PodPhase::failed && !objects::ended_by_node(pod);
  }
  /// Until when the pod has time; it has as much anew if it served after that.
  [[nodiscard]] Time deadline(const Seen& one, const DaemonPod& pod) const {
    const Time node_ready = one.node->health.ready ? one.node->health.ready_changed : Time{};
    const auto patience = policy_.failure.value_or(objects::RolloutFailure{}).progress_deadline +
                          seconds(snapshot_.daemon_set->min_ready_seconds);
    const Time first = std::max(pod.created, node_ready) + patience;
    return pod.ready_since > first ? pod.ready_since + patience : first;
  }
  /// Whether the rollout answers for the node.
  [[nodiscard]] bool counts(const Seen& one) const {
    return one.node->exists && !excused(one) && (one.node->placement.should_run || one.inhabited);
  }

  /// It joined or came back after its wave's turn began.
  [[nodiscard]] bool is_late(const Seen& one) const {
    const auto begun = turns_.find(one.place);
    return begun != turns_.end() && one.came_after(begun->second);
  }

  [[nodiscard]] bool was_complete() const {
    const auto* const current = daemonset::current_revision(snapshot_);
    return remembered() != nullptr && current != nullptr && remembered()->last_complete_revision == current->name;
  }

  [[nodiscard]] const objects::DaemonSetRollout* remembered() const {
    return rollout::remembered(policy_, snapshot_.daemon_set->name);
  }
  [[nodiscard]] bool has_failed(const std::string& revision) const {
    return remembered() != nullptr && std::ranges::any_of(remembered()->failed_revisions,
                                                          [&](const auto& one) { return one.revision == revision; });
  }
  [[nodiscard]] bool was_rolled_back() const {
    const auto* const current = daemonset::current_revision(snapshot_);
    return current != nullptr && has_failed(current->name);
  }

  /// Whether the pod is of a revision that failed, or came after the one that was complete and is back.
  [[nodiscard]] bool did_not_get_so_far(const DaemonPod& pod) const {
    const auto* const current = daemonset::current_revision(snapshot_);
    const std::string name = snapshot_.daemon_set->name + "-" + std::string(pod.revision_hash());
    const bool later = std::ranges::any_of(snapshot_.revisions, [&](const objects::ControllerRevision* one) {
      return one->name == name && one->created > current->created;
    });
    return later || has_failed(name);
  }

  /// Only what failed goes, when that is written down, and what comes back is what was complete last, byte for byte.
  void judge_way_back() const {
    for (const daemonset::Action& action : plan_.actions) {
      const auto* const back = std::get_if<daemonset::RestoreTemplate>(&action);
      if (back == nullptr) continue;
      require(policy_.failure && policy_.failure->then == objects::AfterFailure::rollback, "nobody wants to go back");
      require(!policy_.paused, "nothing goes back while the policy is paused");
      require(was_rolled_back(), "it goes back only when it is written down why");
      const auto& failed = remembered()->failed_revisions;
      const std::string current = daemonset::current_revision(snapshot_)->name;
      const auto why = std::ranges::find(failed, current, &objects::FailedRevision::revision);
      require(why->generation == snapshot_.daemon_set->generation, "whoever puts it back is not fought with");
      require(remembered()->last_complete_revision == back->revision, "it goes back to what was complete last");
      const auto kept = std::ranges::find(snapshot_.revisions, back->revision, &objects::ControllerRevision::name);
      require(kept != snapshot_.revisions.end() && (*kept)->data == back->data, "it comes back byte for byte");
    }
  }

  void judge_end_of_way_back() const {
    const auto* const known = remembered();
    const bool ends = plan_.rollout && plan_.rollout->phase == "Complete";
    if (!ends || unfitted_ || known == nullptr || known->phase != "RollingBack") return;
    for (const Seen& one : nodes_) {
      const bool is_back = one.fresh != nullptr && one.old == nullptr && one.available;
      require(!one.desired() || excused(one) || is_back, "the way back is complete before " + one.node->name + " is");
    }
  }

  [[nodiscard]] bool is_promoted(const rollout::Place& place) const {
    const auto* const current = daemonset::current_revision(snapshot_);
    const objects::Promotion wanted{
        .daemon_set = snapshot_.daemon_set->name, .wave = name_of(place, policy_.waves), .revision = current->name};
    return std::ranges::find(policy_.status.promoted, wanted) != policy_.status.promoted.end();
  }

  /// Whether the waves before the node's are done.
  [[nodiscard]] bool may_turn(const Seen& one) const {
    if (was_complete()) return true;
    for (std::uint32_t i = 0; i < one.place.wave; ++i) {
      const objects::Wave& wave = policy_.waves[i];
      if (wave.hold && wave.by.empty() && !is_promoted({.wave = i, .part = {}})) return false;
    }
    return std::ranges::all_of(nodes_, [&](const Seen& other) {
      const bool waited_for = other.place < one.place && other.desired() && !excused(other) && !is_late(other);
      return !waited_for || is_done(other);
    });
  }

  [[nodiscard]] bool is_done(const Seen& one) const {
    const objects::Wave& wave = policy_.waves[one.place.wave];
    return one.fresh != nullptr && one.old == nullptr && one.available && one.fresh->ready_since + wave.soak <= now_ &&
           (!wave.hold || is_promoted(one.place));
  }

  [[nodiscard]] bool has_failed(const Seen& one) const {
    if (!one.desired() || excused(one) || one.fresh == nullptr || one.available) return false;
    return failed_by_itself(*one.fresh) || crashes(*one.fresh) || deadline(one, *one.fresh) <= now_;
  }

  [[nodiscard]] bool too_many_failed() const {
    if (!policy_.failure) return false;
    const auto failed = std::ranges::count_if(nodes_, [this](const Seen& one) { return has_failed(one); });
    const auto desired = std::ranges::count_if(nodes_, &Seen::desired);
    return failed > policy_.failure->max_failed_nodes.of(desired);
  }

  [[nodiscard]] bool waits(const Seen& one) const {
    return daemonset::waits_until(snapshot_, one.old->uid, now_) ||
           daemonset::creation_waits_until(snapshot_, one.node->name, now_);
  }

  /// How the budget is used.
  struct Use {
    std::int64_t budget = 0;
    std::int64_t unavailable = 0;
    std::int64_t on_their_way = 0;  ///< of these, nodes that do not wait for their turn with an old pod
    std::int64_t taken = 0;         ///< pods that serve
    std::int64_t idle_taken = 0;    ///< others
    std::int64_t candidates = 0;    ///< nodes whose pod serves and may go
  };

  [[nodiscard]] Use use() const {
    Use use{.budget = budget_of(snapshot_, std::ranges::count_if(nodes_, &Seen::desired)).max_unavailable};
    for (const Seen& one : nodes_) {
      if (!counts(one)) continue;
      const bool only_old = one.old != nullptr && one.staying == 1;
      const bool serves = one.available && one.staying == 1;
      use.unavailable += serves ? 0 : 1;
      use.on_their_way += serves || only_old ? 0 : 1;
      (serves ? use.taken : use.idle_taken) += one.deletes_old ? 1 : 0;
      use.candidates += only_old && serves && may_turn(one) && !waits(one) ? 1 : 0;
    }
    return use;
  }

  /// The open wave has no room in the budget: pods that serve nobody then go whatever their wave.
  [[nodiscard]] bool is_stuck() const {
    const Use now = use();
    return now.candidates > 0 && now.unavailable >= now.budget;
  }

  void judge_budget() const {
    const Use now = use();
    const std::int64_t room = std::max<std::int64_t>(0, now.budget - now.unavailable);
    require(now.taken <= room, "no more pods go than maxUnavailable");
    require(now.idle_taken <= std::max<std::int64_t>(0, now.budget - now.on_their_way),
            "one bad update after the other takes no more than maxUnavailable");
    judge_zeal(now.taken, std::min(room, now.candidates));
  }

  /// As many as may go do so, where no wave has a budget of its own.
  void judge_zeal(std::int64_t taken, std::int64_t possible) const {
    const bool may = plan_.stage >= daemonset::Stage::rollout && !policy_.paused && !stopped() &&
                     (is_open(policy_, now_) || goes_back());
    const bool own_budgets =
        std::ranges::any_of(policy_.waves, [](const objects::Wave& wave) { return wave.max_unavailable.has_value(); });
    // One pod is tried first, and the others wait, where overlays have changed.
    if (may && !own_budgets && !unfitted_) require(taken == possible, "as many pods go as may");
  }

  /// Also by failures that only the reconciler's memory tells.
  [[nodiscard]] bool stopped() const {
    const bool told = plan_.rollout && (plan_.rollout->phase == "Failed" || failed_now());
    return (too_many_failed() && !goes_back()) || told;
  }
  [[nodiscard]] bool failed_now() const {
    const auto& failed = plan_.rollout->failed_revisions;
    return std::ranges::find(failed, plan_.rollout->revision, &objects::FailedRevision::revision) != failed.end();
  }

  const daemonset::Snapshot& snapshot_;
  const daemonset::Plan& plan_;
  const objects::RolloutPolicy& policy_;
  Time now_;
  std::map<rollout::Place, Time> turns_;  ///< when each wave got its first pod
  std::vector<Seen> nodes_;
  bool unfitted_ = false;  ///< a pod of the current revision is
};

}  // namespace

void check_rollout_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now) {
  if (snapshot.policy == nullptr || plan.hash.empty()) return;
  RolloutJudge(snapshot, plan, now).judge();
}

std::optional<Time> goes_until(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, Time now) {
  const objects::RolloutPolicy& policy = *snapshot.policy;
  if (policy.windows.empty() || RolloutJudge(snapshot, plan, now).goes_back()) return std::nullopt;
  using std::chrono::minutes;
  Time end = std::chrono::floor<minutes>(now) + minutes(1);
  while (is_open(policy, end) && end < now + std::chrono::hours(1)) end += minutes(1);
  return end;
}

bool may_go_on(const daemonset::Snapshot& snapshot, Time now) {
  const auto* const current = daemonset::current_revision(snapshot);
  if (snapshot.policy == nullptr || current == nullptr) return true;
  daemonset::Plan plan;
  plan.hash = current->hash();
  return RolloutJudge(snapshot, plan, now).may_go_on();
}

void RolloutLaws::restored() const {
  const objects::DaemonSet& set = *api_.daemon_sets.find("agent");
  const objects::DaemonSetRollout* const known = rollout::remembered(*api_.policies.find("policy"), set.name);
  require(known != nullptr, "nobody knows what was complete");
  const objects::ControllerRevision* const kept = api_.revisions.find(known->last_complete_revision);
  require(kept != nullptr && kept->data == set.revision_data, "the template is not what was complete last");
}

void RolloutLaws::created(const DaemonPod& pod) {
  const objects::Node* const node = api_.nodes.find(pod.target_node);
  const bool good = node != nullptr && node->health.good();
  births_[pod.uid] = {.node = pod.target_node, .at = pod.created, .on_good_node = good, .good_since = good};
}

bool RolloutLaws::has_ready_pod(const std::string& node) const {
  return std::ranges::any_of(api_.pods.all(), [&](const auto& one) {
    return one.second.target_node == node && one.second.ready && !one.second.terminating;
  });
}

/// Of the node's pods of the current template that stay, as far as the reconciler can know: it hears of another
/// template by its watch, and beside the in-tree controller of new pods too.
std::vector<const RolloutLaws::Birth*> RolloutLaws::known_births(const std::string& name) const {
  std::vector<const Birth*> births;
  const daemonset::DaemonNode* const heard = heard_(name);
  if (heard == nullptr) return births;
  for (const auto& [key, pod] : api_.pods.all()) {
    const auto birth = births_.find(pod.uid);
    const bool counts = pod.target_node == name && !pod.terminating && pod.labels.get("v") == planned_for_.get("v") &&
                        birth != births_.end();
    const auto is_it = [&](const DaemonPod* known) { return known->uid == pod.uid && !has_another_turn(*known); };
    if (counts && !is_left_over(pod, generation_) && std::ranges::any_of(heard->pods, is_it))
      births.push_back(&birth->second);
  }
  return births;
}

/// A pod that its overlays would make otherwise now, of a revision that was complete: another turn waits for its node.
bool RolloutLaws::has_another_turn(const DaemonPod& pod) const {
  const objects::RolloutPolicy& policy = *api_.policies.find("policy");
  const objects::DaemonSetRollout* const known = rollout::remembered(policy, "agent");
  const bool complete =
      known != nullptr && known->last_complete_revision == "agent-" + std::string(pod.revision_hash());
  return complete &&
         (pod.drift == objects::Drift::outdated || (pod.drift == objects::Drift::unmutated && policy.repair));
}

/// It has gone, or was bad before it got its pod of the current template.
bool RolloutLaws::is_excused(const std::string& name) const {
  const objects::Node* const node = api_.nodes.find(name);
  if (node == nullptr || node->health.absence != objects::Absence::none) return true;
  if (node->health.ready) return seems_excused(name);
  if (was_never_ready(node->health)) return true;
  return std::ranges::none_of(known_births(name), &Birth::good_since);
}

/// Likewise, by what the reconciler has heard: the node may have come back since.
bool RolloutLaws::seems_excused(const std::string& name) const {
  const daemonset::DaemonNode* const heard = heard_(name);
  if (heard == nullptr) return false;
  if (heard->health.absence != objects::Absence::none) return true;
  if (heard->health.ready) return false;
  if (was_never_ready(heard->health)) return true;
  const Time since = heard->health.ready_changed;
  return std::ranges::none_of(known_births(name), [&](const Birth* birth) { return birth->at <= since; });
}

void RolloutLaws::look() {
  for (auto& [uid, birth] : births_) {
    const objects::Node* const node = api_.nodes.find(birth.node);
    birth.good_since = birth.good_since || (node != nullptr && node->health.good());
  }
  std::erase_if(down_, [this](const std::string& node) { return has_ready_pod(node) || is_excused(node); });
  if (down_.empty()) most_allowed_ = allowed_;
}

void RolloutLaws::replaces(const std::string& name) {
  look();  // the reconciler may have heard more since
  const DaemonPod* const pod = api_.pods.find(name);
  const bool takes = pod != nullptr && !pod->terminating && serving_.contains(pod->uid);
  if (!takes || is_excused(pod->target_node)) return;
  down_.insert(pod->target_node);
  require(std::ssize(down_) <= most_allowed_, "more than maxUnavailable good nodes are without a pod");
}

void RolloutLaws::check_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, Time now) {
  if (snapshot.policy == nullptr || plan.hash.empty()) return;
  const daemonset::Situation situation(snapshot, plan.hash, now);
  planned_for_ = snapshot.daemon_set->pod_template.labels;
  generation_ = snapshot.daemon_set->template_generation();
  allowed_ = budget_of(snapshot, std::ranges::count_if(situation.nodes, &daemonset::NodePods::desired)).max_unavailable;
  most_allowed_ = std::max(most_allowed_, allowed_);
  for (const daemonset::NodePods& pods : situation.nodes) {
    check_blame(pods);
    for (const daemonset::NodePod& one : pods.pods) {
      if (one.available && one.stays()) serving_.insert(one.pod->uid);
      if (!one.available) serving_.erase(one.pod->uid);
    }
  }
}

void RolloutLaws::check_blame(const daemonset::NodePods& pods) const {
  const objects::NodeHealth& health = pods.node->health;
  const objects::Node* const node = api_.nodes.find(pods.node->name);
  const bool known = node != nullptr && node->health == health;
  if (!known || health.ready || health.absence != objects::Absence::none) return;
  if (std::ranges::any_of(pods.pods, &daemonset::NodePod::unfitted)) return;
  const daemonset::NewAndOld both = pods.new_and_old();
  if (both.fresh == nullptr) return require(pods.deferred, pods.node->name + " was bad before, and is not excused");
  const auto birth = births_.find(both.fresh->pod->uid);
  if (birth == births_.end() || both.spare) return;
  if (was_never_ready(health) || is_left_over(*both.fresh->pod, generation_))
    return require(pods.deferred, pods.node->name + " is not excused");
  if (birth->second.on_good_node) {
    require(!pods.deferred, pods.node->name + " is excused, though it was good before");
  } else if (!birth->second.good_since && health.ready_changed < birth->second.at) {
    require(pods.deferred, pods.node->name + " was bad when it got its new pod, and is not excused");
  }
}

}  // namespace everynode::simulation
