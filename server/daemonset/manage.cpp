#include "everynode/daemonset/manage.hpp"

#include <algorithm>

#include "everynode/codec/hash.hpp"

namespace everynode::daemonset {
namespace {

// What the API server makes of generateName.
constexpr std::size_t generated = 5;
constexpr std::size_t longest = 63;

std::string pod_name_prefix(std::string_view daemon_set) {
  std::string prefix(daemon_set);
  prefix += '-';
  prefix.resize(std::min(prefix.size(), longest - generated));
  return prefix;
}

/// What becomes of one node's pods after the other's.
class NodeManager {
 public:
  NodeManager(const Situation& situation, Managed& out)
      : situation_(situation), daemon_set_(situation.daemon_set()), surges_(daemon_set_.strategy.surges()), out_(out) {}

  void manage(const NodePods& pods) {
    const DaemonNode& node = *pods.node;
    if (has_what_it_needs(pods)) return;
    if (!node.exists) return remove_from_nowhere(pods);
    if (node.placement.held) return;
    const bool inhabited = pods.inhabited();
    if (node.placement.should_run && !inhabited) return create(node);
    if (!inhabited) return;
    if (!node.placement.should_continue) return remove_all(pods);
    const bool failing = sort_out(pods);
    if (!surges_) return keep_one();
    if (!running_.empty()) return keep_one_of_each();
    // Upstream creates a pod here although a failed pod waits, without limit (requirement 5.6).
    if (node.placement.should_run && !failing) create(node);
  }

 private:
  /// Most nodes: one pod that runs. What follows would come to the same.
  [[nodiscard]] static bool has_what_it_needs(const NodePods& pods) {
    const objects::Placement& placement = pods.node->placement;
    return pods.pods.size() == 1 && pods.pods.front().standing == Standing::running && pods.node->exists &&
           placement.should_run && placement.should_continue;
  }

  /// Requirements 5.9 and 17.3: those that are bound are left to the pod garbage collector until it is certain that
  /// nobody ends them.
  void remove_from_nowhere(const NodePods& pods) {
    const auto certain_at = vanished_at(situation_.snapshot, *pods.node);
    for (const NodePod& one : pods.pods) {
      if (one.pod->node_name.empty()) {
        remove(one, DeleteReason::node_is_gone);
      } else if (!certain_at || one.pod->forced) {
        continue;
      } else if (*certain_at > situation_.now) {
        objects::earliest(out_.again_at, certain_at);
      } else {
        force_out(one, DeleteReason::node_is_gone);
      }
    }
  }

  void remove_all(const NodePods& pods) {
    const bool force = is_out_of_service(situation_.snapshot, *pods.node);
    for (const NodePod& one : pods.pods) {
      if (force && !one.pod->forced) {
        force_out(one, DeleteReason::not_eligible);
      } else {
        remove(one, DeleteReason::not_eligible);
      }
    }
  }

  /// Requirements 17.2 and 17.3: also what is being deleted already, as nobody is there who could end it.
  void force_out(const NodePod& one, DeleteReason reason) {
    DeletePod action = delete_pod(*one.pod, reason);
    action.force = true;
    out_.actions.emplace_back(std::move(action));
  }

  /// Deletes what is over, collects what runs. True if what is over has to wait. Requirement 17.1: on a node that shuts
  /// down it waits until the node is back.
  bool sort_out(const NodePods& pods) {
    running_.clear();
    const bool leaves = shuts_down(situation_.snapshot, *pods.node);
    bool waits = false;
    for (const NodePod& one : pods.pods) {
      const bool failed = one.standing == Standing::failed;
      if (one.standing == Standing::running) {
        running_.push_back(&one);
      } else if (!failed && one.standing != Standing::succeeded) {
        continue;
      } else if (leaves) {
        waits = true;
      } else if (const auto until = replaced_at(*pods.node, failed)) {
        waits = true;
        objects::earliest(out_.again_at, until);
      } else {
        remove(one, failed ? DeleteReason::failed : DeleteReason::succeeded);
      }
    }
    std::ranges::sort(running_, [](const auto* a, const auto* b) { return objects::comes_first(*a->pod, *b->pod); });
    return waits;
  }

  /// Until when a pod that is over stays: as long as another would have to wait, and a failed one for its own wait.
  [[nodiscard]] std::optional<objects::Time> replaced_at(const DaemonNode& node, bool failed) const {
    const Snapshot& snapshot = situation_.snapshot;
    const auto creation = creation_waits_until(snapshot, node.name, situation_.now);
    const auto failure = failed ? snapshot.backoff->until(node.name, situation_.now) : std::nullopt;
    return std::max(creation, failure);  // nullopt is less than any time
  }

  void keep_one() {
    for (std::size_t i = 1; i < running_.size(); ++i) remove(*running_[i], DeleteReason::duplicate);
  }

  /// Requirement 5.6: while a surge lasts, a node has the first pod of the new revision and the first of the others.
  /// Here, as upstream, the hash alone tells them apart, not the template's generation.
  void keep_one_of_each() {
    if (running_.size() < 2) return;
    const NodePod* kept_new = nullptr;
    const NodePod* kept_old = nullptr;
    for (const NodePod* one : running_) {
      const NodePod*& kept = one->pod->revision_hash() == situation_.hash ? kept_new : kept_old;
      if (kept == nullptr) {
        kept = one;
      } else {
        remove(*one, DeleteReason::duplicate);
      }
    }
    if (kept_new == nullptr || kept_old == nullptr) return;
    if (!kept_old->pod->ready || kept_new->available) {
      remove(*kept_old, DeleteReason::surge_is_over);
    } else {
      objects::earliest(out_.again_at, situation_.available_at(*kept_new));
    }
  }

  void create(const DaemonNode& node) {
    if (!node.creating && !shuts_down(situation_.snapshot, node))
      out_.actions.emplace_back(create_pod(daemon_set_, node));
  }

  void remove(const NodePod& one, DeleteReason reason) {
    if (one.stays()) out_.actions.emplace_back(delete_pod(*one.pod, reason));
  }

  const Situation& situation_;
  const objects::DaemonSet& daemon_set_;
  bool surges_;
  Managed& out_;
  std::vector<const NodePod*> running_;
};

}  // namespace

Managed manage(const Situation& situation) {
  Managed managed;
  NodeManager manager(situation, managed);
  for (const NodePods& pods : situation.nodes) manager.manage(pods);
  return managed;
}

CreatePod create_pod(const objects::DaemonSet& daemon_set, const DaemonNode& node) {
  std::uint64_t seed = codec::fnv1a(daemon_set.uid);
  seed = codec::fnv1a(node.name, codec::fnv1a("/", seed));
  seed = codec::fnv1a("/", seed);
  if (node.last_gone != 0) seed = codec::fnv1a(std::to_string(node.last_gone), seed);
  std::uint64_t others = 0;  // in any order
  for (const objects::DaemonPod* pod : node.pods) others ^= codec::fnv1a(pod->uid);
  return {.node = std::string(node.name), .name_hash = seed ^ others};
}

std::string pod_name(std::string_view daemon_set, std::uint64_t seed, unsigned attempt) {
  return pod_name_prefix(daemon_set) + codec::name_suffix(codec::fnv1a(std::to_string(attempt), seed), generated);
}

bool is_pod_name(std::string_view daemon_set, std::string_view name) {
  const std::string prefix = pod_name_prefix(daemon_set);
  return name.size() == prefix.size() + generated && name.starts_with(prefix);
}

DeletePod delete_pod(const objects::DaemonPod& pod, DeleteReason reason) {
  DeletePod action{.name = pod.name, .uid = pod.uid, .node = pod.target_node, .reason = reason};
  if (reason == DeleteReason::failed && !ended_by_node(pod)) action.revision = pod.revision_hash();
  return action;
}

}  // namespace everynode::daemonset
