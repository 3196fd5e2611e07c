#include "everynode/daemonset/manage.hpp"

#include <algorithm>

#include "everynode/codec/hash.hpp"

namespace everynode::daemonset {
namespace {

/// The pods of one node, sorted by what is to become of them.
class NodeManager {
 public:
  NodeManager(const Snapshot& snapshot, std::string_view hash, objects::Time now, Managed& out)
      : daemon_set_(*snapshot.daemon_set),
        backoff_(*snapshot.backoff),
        surges_(daemon_set_.strategy.surges()),
        hash_(hash),
        now_(now),
        out_(out) {}

  void manage(const DaemonNode& node) {
    if (!node.exists) return remove_unbound(node);
    const bool inhabited = std::ranges::any_of(node.pods, [](const objects::DaemonPod* pod) { return !is_gone(*pod); });
    if (node.placement.should_run && !inhabited) return create(node);
    if (!inhabited) return;
    if (!node.placement.should_continue) return remove_all(node);
    const bool failing = sort_out(node);
    if (!surges_) return keep_one();
    if (!running_.empty()) return keep_one_of_each();
    // Upstream creates here although a failed pod waits: without bound (requirement 5.6).
    if (node.placement.should_run && !failing) create(node);
  }

 private:
  /// Requirement 5.9: those that are bound are left to the pod garbage collector.
  void remove_unbound(const DaemonNode& node) {
    for (const objects::DaemonPod* pod : node.pods) {
      if (pod->node_name.empty()) remove(*pod, DeleteReason::node_is_gone);
    }
  }

  void remove_all(const DaemonNode& node) {
    for (const objects::DaemonPod* pod : node.pods) remove(*pod, DeleteReason::not_eligible);
  }

  /// Deletes what is over, collects what runs. True if a failed pod has to wait.
  bool sort_out(const DaemonNode& node) {
    running_.clear();
    bool waits = false;
    for (const objects::DaemonPod* pod : node.pods) {
      if (pod->terminating) continue;
      if (pod->phase == objects::PodPhase::succeeded) {
        remove(*pod, DeleteReason::succeeded);
      } else if (pod->phase != objects::PodPhase::failed) {
        running_.push_back(pod);
      } else if (const auto until = backoff_.until(node.name, now_)) {
        waits = true;
        objects::earliest(out_.again_at, until);
      } else {
        remove(*pod, DeleteReason::failed);
      }
    }
    std::ranges::sort(running_, [](const auto* a, const auto* b) { return objects::comes_first(*a, *b); });
    return waits;
  }

  void keep_one() {
    for (std::size_t i = 1; i < running_.size(); ++i) remove(*running_[i], DeleteReason::duplicate);
  }

  /// Requirement 5.6: while a surge lasts, a node has the oldest pod of the new revision and the oldest of the others.
  void keep_one_of_each() {
    if (running_.size() < 2) return;
    const auto by_age = [](const auto* a, const auto* b) {
      return std::tuple(a->created, std::string_view(a->name)) < std::tuple(b->created, std::string_view(b->name));
    };
    std::ranges::sort(running_, by_age);
    const objects::DaemonPod* kept_new = nullptr;
    const objects::DaemonPod* kept_old = nullptr;
    for (const objects::DaemonPod* pod : running_) {
      const objects::DaemonPod*& kept = pod->revision_hash() == hash_ ? kept_new : kept_old;
      if (kept == nullptr) {
        kept = pod;
      } else {
        remove(*pod, DeleteReason::duplicate);
      }
    }
    if (kept_new == nullptr || kept_old == nullptr) return;
    const auto done_at = objects::available_at(*kept_new, daemon_set_.min_ready_seconds, now_);
    const bool done = is_available(*kept_new, daemon_set_.min_ready_seconds, now_);
    if (!kept_old->ready || done) {
      remove(*kept_old, DeleteReason::surge_is_over);
    } else {
      objects::earliest(out_.again_at, done_at);
    }
  }

  void create(const DaemonNode& node) {
    if (!node.creating) out_.actions.emplace_back(create_pod(daemon_set_, node));
  }

  void remove(const objects::DaemonPod& pod, DeleteReason reason) {
    if (!pod.terminating) out_.actions.emplace_back(delete_pod(pod, reason));
  }

  const objects::DaemonSet& daemon_set_;
  const PodBackoff& backoff_;
  bool surges_;
  std::string_view hash_;
  objects::Time now_;
  Managed& out_;
  std::vector<const objects::DaemonPod*> running_;
};

}  // namespace

Managed manage(const Snapshot& snapshot, std::string_view hash, objects::Time now) {
  Managed managed;
  NodeManager manager(snapshot, hash, now, managed);
  for (const DaemonNode& node : snapshot.nodes) manager.manage(node);
  return managed;
}

CreatePod create_pod(const objects::DaemonSet& daemon_set, const DaemonNode& node) {
  std::uint64_t seed = codec::fnv1a(daemon_set.uid);
  seed = codec::fnv1a(node.name, codec::fnv1a("/", seed));
  seed = codec::fnv1a(node.last_uid, codec::fnv1a("/", seed));
  std::uint64_t others = 0;  // in no order
  for (const objects::DaemonPod* pod : node.pods) others ^= codec::fnv1a(pod->uid);
  return {.node = std::string(node.name), .name_seed = seed ^ others};
}

std::string pod_name(std::string_view daemon_set, std::uint64_t seed, unsigned attempt) {
  constexpr std::size_t generated = 5;
  constexpr std::size_t longest = 63;
  std::string name(daemon_set);
  name += '-';
  name.resize(std::min(name.size(), longest - generated));
  return name += codec::name_suffix(codec::fnv1a(std::to_string(attempt), seed), generated);
}

DeletePod delete_pod(const objects::DaemonPod& pod, DeleteReason reason) {
  return {.name = pod.name, .uid = pod.uid, .node = pod.target_node, .reason = reason};
}

}  // namespace everynode::daemonset
