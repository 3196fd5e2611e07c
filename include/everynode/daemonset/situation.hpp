/// One DaemonSet at one moment, and the role of each node's pods: decided once, and read by all stages of a plan, the
/// status, the conditions and the report.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "everynode/daemonset/snapshot.hpp"
#include "everynode/rollout/gates.hpp"

namespace everynode::daemonset {

/// What happens to a pod by itself.
enum class Standing : std::uint8_t {
  running,    ///< runs, or is about to
  failed,     ///< is over, and stays until it is replaced
  succeeded,  ///< the same
  leaving,    ///< is being deleted
  gone,       ///< is over and being deleted (`is_gone`)
};

struct NodePod {
  const objects::DaemonPod* pod = nullptr;
  Standing standing = Standing::running;
  bool updated = false;    ///< of the current revision, and not `unfitted`
  bool available = false;  ///< ready for long enough, whatever its standing
  bool unfitted = false;   ///< of the current revision; a policy replaces it for what admission would make of it now
  bool held = false;       ///< likewise, but not before it is seen that a new pod comes out right

  [[nodiscard]] bool of_revision() const { return updated || unfitted; }

  [[nodiscard]] bool stays() const { return standing < Standing::leaving; }
};

/// The pods of one node that stay, by revision (requirement 10.2).
struct NewAndOld {
  const NodePod* fresh = nullptr;  ///< of the current revision
  const NodePod* old = nullptr;    ///< of any other one
  bool spare = false;              ///< there are two of either kind
};

/// A node's pods. The pointers that it returns are valid as long as it stays where it is; null: there is no such pod.
struct NodePods {
  const DaemonNode* node = nullptr;
  bool deferred =
      false;  ///< it is left alone and counts nowhere: a switch holds it, or, with a policy, it was bad before its turn
  boost::container::small_vector<NodePod, 2> pods;

  /// Whether the node should run a pod.
  [[nodiscard]] bool desired() const { return node->exists && node->placement.should_run; }
  /// Whether it has a pod that is not gone.
  [[nodiscard]] bool inhabited() const;
  /// Whether it has an available pod, of whatever revision.
  [[nodiscard]] bool available() const;
  /// The pod that the status counts.
  [[nodiscard]] const NodePod* first() const;
  /// The pod that says most about the node: a pod that stays before one that leaves, and an available pod before one
  /// that is not.
  [[nodiscard]] const NodePod* notable() const;
  /// Inline: a rollout asks each node in each plan.
  [[nodiscard]] NewAndOld new_and_old() const {
    NewAndOld both;
    for (const NodePod& one : pods) {
      if (!one.stays()) continue;
      const NodePod*& slot = one.updated ? both.fresh : both.old;
      both.spare = both.spare || slot != nullptr;
      slot = &one;
    }
    return both;
  }
  /// While a surge lasts: the new pod beside an old one that is not available yet.
  [[nodiscard]] const NodePod* successor() const;
};

/// Refers to the snapshot and the hash, which must outlive it.
struct Situation {
  /// `current`: the label of the current revision's pods; empty if that is not known.
  Situation(const Snapshot& of, std::string_view current, objects::Time at);

  [[nodiscard]] const objects::DaemonSet& daemon_set() const { return *snapshot.daemon_set; }
  /// When a ready pod becomes available, if that is still to come.
  [[nodiscard]] std::optional<objects::Time> available_at(const NodePod& pod) const;

  const Snapshot& snapshot;
  std::string_view hash;
  objects::Time now;
  std::vector<NodePods> nodes;                ///< as in the snapshot
  std::int64_t desired = 0;                   ///< how many nodes are
  std::int64_t unfitted = 0;                  ///< how many pods are
  std::optional<objects::Time> tries_at;      ///< when one of the held pods may go
  std::optional<rollout::Progress> progress;  ///< if a policy serves the DaemonSet: how far its rollout is
};

}  // namespace everynode::daemonset
