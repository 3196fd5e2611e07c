#include "blame.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "everynode/codec/printable.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/rollout/turns.hpp"

namespace everynode::daemonset {
namespace {

/// Of several, as after an answer that got lost, the oldest: what came after it proves nothing about the node.
/// `unfitted`: whether a pod counts that overlays would make otherwise now.
const NodePod* fresh_of(const NodePods& pods, bool unfitted) {
  const NodePod* oldest = nullptr;
  for (const NodePod& one : pods.pods) {
    const bool counts = unfitted ? one.of_revision() : one.updated;
    if (!counts || !one.stays()) continue;
    if (oldest == nullptr || one.pod->created < oldest->pod->created) oldest = &one;
  }
  return oldest;
}

bool keeps_old_pod(const NodePods& pods) {
  return pods.node->exists && pods.new_and_old().old != nullptr;
}

/// The hashes of revisions that did not get as far as the current one: those that failed, and those that came later,
/// if the current one is back. Only where the current one was complete before.
std::set<std::string_view> abandoned(const Snapshot& snapshot, const objects::ControllerRevision* current) {
  std::set<std::string_view> hashes;
  if (current == nullptr || current != last_complete(snapshot)) return hashes;
  const objects::DaemonSetRollout* const known = rollout::remembered(*snapshot.policy, snapshot.daemon_set->name);
  const std::string prefix = snapshot.daemon_set->name + "-";
  for (const objects::FailedRevision& failed : known->failed_revisions) {
    if (failed.revision.starts_with(prefix)) hashes.insert(std::string_view(failed.revision).substr(prefix.size()));
  }
  for (const objects::ControllerRevision* revision : snapshot.revisions) {
    const bool own = claim_of(*snapshot.daemon_set, revision->controller, revision->labels) == Claim::own;
    const bool failed = rollout::failure_of(known, revision->name) != nullptr;
    if (own && revision != current && (failed || revision->created > current->created)) hashes.insert(revision->hash());
  }
  return hashes;
}

/// Whether the rollout made the node bad. It should not run a pod then, because of the taint not-ready.
bool was_killed(const NodePods& pods, const NodePod* fresh) {
  return fresh != nullptr && !fresh->available && pods.node->exists && !pods.node->health.good();
}

/// A pod that was born without its overlays, while the webhook was away, can make its node bad like any other. But once
/// the revision has been complete, what became of such a node since then is nobody's fault.
bool answers_for_unfitted(const Situation& situation) {
  if (situation.unfitted == 0) return false;
  const objects::ControllerRevision* const complete = last_complete(situation.snapshot);
  return complete == nullptr || complete != current_revision(situation.snapshot);
}

bool crashes(const NodePod& pod) {
  return pod.pod->stuck && pod.pod->trouble.contains("CrashLoopBackOff");
}

/// It is over, and no kubelet ended it because its node shut down (requirement 17.1).
bool ended_by_itself(const NodePod& pod) {
  return pod.standing == Standing::failed && !ended_by_node(*pod.pod);
}

/// Whether the node was bad before its new pod was created, or has none and is bad; one that has never been ready the
/// rollout cannot have made bad. When times are equal, which are whole seconds, it was not: nobody is excused whom the
/// rollout may have made bad.
bool was_bad_before(const objects::NodeHealth& health, const NodePod* fresh) {
  if (health.ready) return false;
  if (fresh == nullptr || health.ready_changed <= health.created) return true;
  return health.ready_changed < fresh->pod->created;
}

/// What a rollout has come to on the nodes of one situation.
class Blame {
 public:
  explicit Blame(Situation& situation)
      : situation_(situation),
        policy_(*situation.snapshot.policy),
        answers_for_unfitted_(answers_for_unfitted(situation)) {
    const bool defers = !policy_.counts_bad_nodes;
    fresh_.reserve(situation.nodes.size());
    for (NodePods& pods : situation.nodes) {
      const NodePod* const fresh = fresh_.emplace_back(fresh_of(pods, answers_for_unfitted_));
      if (defers && !pods.node->health.good() && is_deferred(pods, own(fresh))) pods.deferred = true;
    }
    if (defers && situation.unfitted == 0) find_turns();  // when overlays changed nothing tells
  }

  rollout::Progress run() {
    const Snapshot& snapshot = situation_.snapshot;
    const objects::ControllerRevision* const revision = current_revision(snapshot);
    abandoned_ = abandoned(snapshot, revision);
    rollout::Gates gates(policy_, situation_.daemon_set().name,
                         revision == nullptr ? std::string_view{} : std::string_view(revision->name));
    for (std::size_t i = 0; i < situation_.nodes.size(); ++i) {
      const NodePods& pods = situation_.nodes[i];
      if (pods.deferred) {
        if (!pods.desired() && !keeps_old_pod(pods)) continue;
        gates.defer(snapshot.places[i], pods.desired(), keeps_old_pod(pods));
        deferred_.push_back(&pods);
      } else if (pods.desired() || was_killed(pods, fresh_[i])) {
        gates.add(snapshot.places[i], progress_on(i));
      }
    }
    rollout::Progress progress = gates.progress(situation_.now, circumstances());
    progress.unfitted = situation_.unfitted;
    progress.without_nodes = rollout::waves_without_nodes(policy_.waves, snapshot.places);
    objects::earliest(progress.again_at, deadline_);
    progress.deferred_nodes = remarks(deferred_, [](const NodePods& pods) { return why_deferred(*pods.node); });
    progress.failed_nodes = remarks(failed_, [this](const NodePods& pods) { return why_failed(pods); });
    return progress;
  }

 private:
  using Nodes = std::vector<const NodePods*>;

  [[nodiscard]] rollout::Circumstances circumstances() const {
    const Snapshot& snapshot = situation_.snapshot;
    const rollout::TimeZones none;
    const rollout::TimeZones& zones = snapshot.time_zones == nullptr ? none : *snapshot.time_zones;
    return {.windows = rollout::opening_at(policy_.windows, zones, situation_.now),
            .generation = snapshot.daemon_set->generation,
            .by_overlays = situation_.unfitted > 0,
            .suspended = is_suspended(snapshot),
            .has_last_complete = last_complete(snapshot) != nullptr};
  }

  /// A node's new pod, if this rollout made it: not if it is left over from when its revision was the current one
  /// before. As each template has another generation than the one before, the pod's label tells.
  [[nodiscard]] const NodePod* own(const NodePod* fresh) const {
    if (fresh == nullptr || !generation_) return fresh;
    const std::string_view text = fresh->pod->labels.get(objects::template_generation_label);
    std::int64_t made_in = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), made_in);
    return error == std::errc{} && made_in < *generation_ ? nullptr : fresh;
  }

  /// Who drains a node, or deletes it, ends its pods, but makes none of them crash, and keeps no image from a kubelet
  /// that is well.
  [[nodiscard]] bool is_deferred(const NodePods& pods, const NodePod* fresh) const {
    const objects::NodeHealth& health = pods.node->health;
    if (health.absence == objects::Absence::none) return was_bad_before(health, fresh);
    if (fresh == nullptr || fresh->available) return true;
    if (crashes(*fresh)) return false;
    if (!health.ready || health.absence == objects::Absence::shutting_down) return true;
    const bool stuck = fresh->pod->stuck && !fresh->pod->node_name.empty() && deadline_of(*pods.node, *fresh) <= now();
    return !stuck && !ended_by_itself(*fresh);
  }

  /// When each wave got its first pod. A node that joined or came back meanwhile got its pod for that, whosever turn it
  /// was. What is cheap is asked first: each plan looks at all nodes.
  void find_turns() {
    objects::Time first = objects::Time::max();
    for (std::size_t i = 0; i < fresh_.size(); ++i) {
      const bool earlier = fresh_[i] != nullptr && fresh_[i]->pod->created < first && situation_.nodes[i].desired();
      if (earlier && own(fresh_[i]) != nullptr) first = fresh_[i]->pod->created;
    }
    if (first == objects::Time::max()) return;
    for (std::size_t i = 0; i < fresh_.size(); ++i) {
      const NodePods& pods = situation_.nodes[i];
      const rollout::Place& place = situation_.snapshot.places[i];
      const bool earlier = fresh_[i] != nullptr && fresh_[i]->pod->created < turns_.begun(place) && pods.desired();
      if (!earlier || own(fresh_[i]) == nullptr || came_after(first, *pods.node, fresh_[i])) continue;
      turns_.begin(place, fresh_[i]->pod->created);
    }
  }

  rollout::NodeProgress progress_on(std::size_t index) {
    const NodePods& pods = situation_.nodes[index];
    const NodePod* const fresh = fresh_[index];
    rollout::NodeProgress progress;
    for (const NodePod& one : pods.pods) {
      if (!one.stays()) continue;
      if (!one.updated) {
        progress.outdated = true;
        progress.returns = progress.returns || is_abandoned(one);
      } else if (one.available) {
        progress.updated = true;
        progress.ready_since = one.pod->ready_since;
      }
    }
    // While a surge lasts, the old pod has to go first.
    progress.updated = progress.updated && !progress.outdated;
    progress.late = came_after(turns_.begun(situation_.snapshot.places[index]), *pods.node, fresh);
    if (fresh == nullptr || fresh->available) return progress;
    progress.failed = has_failed(*pods.node, *fresh);
    if (progress.failed) failed_.push_back(&pods);
    return progress;
  }

  /// It joined, or came back and got its new pod, or has yet to get it, after that time.
  [[nodiscard]] bool came_after(objects::Time begun, const DaemonNode& node, const NodePod* fresh) const {
    if (node.health.created > begun) return true;
    if (node.health.ready_changed <= begun || !node.health.good()) return false;
    return own(fresh) == nullptr || fresh->pod->created >= node.health.ready_changed;
  }

  /// With this pod, which is not available.
  [[nodiscard]] bool has_failed(const DaemonNode& node, const NodePod& fresh) {
    if (ended_by_itself(fresh) || crashes(fresh) || has_failed_before(node)) return true;
    const objects::Time deadline = deadline_of(node, fresh);
    if (deadline <= now()) return true;
    objects::earliest(deadline_, deadline);
    return false;
  }

  /// A pod has its time from its creation on; a node that was not ready gives it the time from when it is. It has its
  /// time anew when it has lost its readiness after that: of a pod that has served for days, a second without it is no
  /// failure. But one that comes and goes from the beginning fails.
  [[nodiscard]] objects::Time deadline_of(const DaemonNode& node, const NodePod& fresh) const {
    const auto patience = policy_.failure.value_or(objects::RolloutFailure{}).progress_deadline +
                          std::chrono::seconds(situation_.daemon_set().min_ready_seconds);
    const objects::Time node_ready = node.health.ready ? node.health.ready_changed : objects::Time{};
    const objects::Time first = std::max(fresh.pod->created, node_ready) + patience;
    return fresh.pod->ready_since > first ? fresh.pod->ready_since + patience : first;
  }

  [[nodiscard]] objects::Time now() const { return situation_.now; }

  /// Another pod of the node, and of this revision: one of the revision before may fail when the rollout has begun. The
  /// backoff is that of the generation that the status has told of (requirement 5.4): until then it remembers what a
  /// revision that is back did when it was there before.
  [[nodiscard]] bool has_failed_before(const DaemonNode& node) const {
    const objects::DaemonSet& daemon_set = situation_.daemon_set();
    const bool of_this_generation = daemon_set.status.observed_generation == daemon_set.generation;
    return of_this_generation && situation_.snapshot.backoff->remembers(node.name, situation_.hash, situation_.now);
  }

  [[nodiscard]] bool is_abandoned(const NodePod& pod) const {
    return !abandoned_.empty() && abandoned_.contains(pod.pod->revision_hash());
  }

  [[nodiscard]] std::string why_failed(const NodePods& pods) const {
    const NodePod* const fresh = fresh_of(pods, answers_for_unfitted_);
    const std::string trouble = codec::printable(fresh->pod->trouble);
    return trouble.empty() ? "pod " + fresh->pod->name + " is not available" : trouble;
  }

  template <class Why>
  static std::vector<objects::NodeRemark> remarks(Nodes& nodes, Why why) {
    constexpr std::ptrdiff_t most = 5;
    const auto end = nodes.begin() + std::min(most, std::ssize(nodes));
    std::ranges::partial_sort(nodes, end, {}, [](const NodePods* pods) { return std::string_view(pods->node->name); });
    std::vector<objects::NodeRemark> out;
    for (auto one = nodes.begin(); one != end; ++one) out.push_back({.name = (*one)->node->name, .reason = why(**one)});
    return out;
  }

  const Situation& situation_;
  const objects::RolloutPolicy& policy_;
  bool answers_for_unfitted_;
  std::vector<const NodePod*> fresh_;  ///< by node; null: it has none
  std::optional<std::int64_t> generation_ = situation_.daemon_set().template_generation();
  rollout::Turns turns_;                  ///< where nodes can be late
  std::set<std::string_view> abandoned_;  ///< hashes
  std::optional<objects::Time> deadline_;
  Nodes deferred_;
  Nodes failed_;
};

}  // namespace

std::string why_deferred(const DaemonNode& node) {
  if (!node.placement.held) return to_text(node.health);
  const bool cordoned = node.placement.misfit == objects::Misfit::cordoned;
  return cordoned ? "cordoned" : "its annotation everynode.dev/exclude is not understood";
}

rollout::Progress judge(Situation& situation) {
  return Blame(situation).run();
}

}  // namespace everynode::daemonset
