/// One DaemonSet and everything that concerns it, at one moment: the input of a plan. Refers to objects that others
/// keep.
#pragma once

#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/absences.hpp"
#include "everynode/daemonset/authority.hpp"
#include "everynode/daemonset/pod_backoff.hpp"
#include "everynode/daemonset/repeat_backoff.hpp"
#include "everynode/daemonset/retries.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/placement.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"
#include "everynode/rollout/time_zones.hpp"
#include "everynode/rollout/waves.hpp"

namespace everynode::daemonset {

/// A node, as one DaemonSet sees it. Its pods, rarely more than one, are stored in place: most of a plan's time for
/// 5,000 nodes is waiting for memory.
struct DaemonNode {
  objects::SharedText name;
  bool exists = true;     ///< false: only its pods are left
  bool creating = false;  ///< the creation of a pod for it is in flight
  objects::Placement placement;
  objects::NodeHealth health;
  boost::container::small_vector<const objects::DaemonPod*, 2> pods;  ///< those of the DaemonSet that are for this node
  std::uint64_t last_gone = 0;  ///< the hash of the UID of the last pod that went; 0 if none is remembered
};

struct Snapshot {
  const objects::DaemonSet* daemon_set = nullptr;
  std::span<const DaemonNode> nodes;
  std::span<const objects::DaemonPod* const> unplaced;  ///< the DaemonSet's own, but with no known node
  std::span<const objects::DaemonPod* const>
      unmatched;  ///< the DaemonSet's own by UID, though its selector does not match
  std::span<const objects::DaemonPod* const> orphans;             ///< of the namespace; those without a controller
  std::span<const objects::ControllerRevision* const> revisions;  ///< of the namespace
  const PodBackoff* backoff = nullptr;
  const Retries* retries = nullptr;        ///< null: nothing has failed
  const RepeatBackoff* repeats = nullptr;  ///< null: nothing was done before
  const Absences* absences = nullptr;      ///< null: nobody knows since when a node has gone
  Authority authority = Authority::full;
  const objects::RolloutPolicy* policy = nullptr;  ///< that serves the DaemonSet; null: none does
  std::span<const rollout::Place> places;          ///< of the nodes in the policy's waves
  const rollout::TimeZones* time_zones = nullptr;  ///< of the policy's windows; null: none is known
  bool audited = false;        ///< pods are compared with what admission would make of them (`objects::Drift`)
  bool obeys_switches = true;  ///< annotations have a say (section 16): we are the controller, not another
  bool minds_nodes = true;   ///< nodes that shut down, are out of service or have gone are treated as such (section 17)
  std::string_view refusal;  ///< why the API server would not create its last pod; empty if it did
};

/// Whether a switch of the DaemonSet lets nothing be created, replaced or deleted (requirement 16.3).
[[nodiscard]] inline bool is_suspended(const Snapshot& snapshot) {
  return snapshot.obeys_switches && snapshot.daemon_set->switches.suspends();
}
/// Whether the node lets its pods end and takes no new ones (requirement 17.1).
[[nodiscard]] inline bool shuts_down(const Snapshot& snapshot, const DaemonNode& node) {
  return snapshot.minds_nodes && node.health.absence == objects::Absence::shutting_down;
}
/// Whether somebody vouches that nothing runs on the node any more (requirement 17.2).
[[nodiscard]] inline bool is_out_of_service(const Snapshot& snapshot, const DaemonNode& node) {
  return snapshot.minds_nodes && node.health.absence == objects::Absence::out_of_service && !node.health.ready;
}

/// From when on pods that are bound to a node that has gone may be deleted (requirement 17.3); nullopt: they are left
/// to the pod garbage collector.
[[nodiscard]] inline std::optional<objects::Time> vanished_at(const Snapshot& snapshot, const DaemonNode& node) {
  const bool ours = snapshot.minds_nodes && snapshot.absences != nullptr && !node.exists;
  return ours ? snapshot.absences->certain_at(node.name) : std::nullopt;
}

/// Which pods a DaemonSet may claim (section 8 of the requirements).
enum class Claim { foreign, own, stray, orphan };
[[nodiscard]] Claim claim_of(const objects::DaemonSet& daemon_set,
                             const objects::Shared<objects::ControllerRef>& controller, const objects::Labels& labels);

/// Until when the object of an action (`object_of`) is left in peace; nullopt: it need not be.
[[nodiscard]] std::optional<objects::Time> waits_until(const Snapshot& snapshot, std::string_view object,
                                                       objects::Time now);
/// The same for the creation of a node's pod. Who takes a pod away so that another may come in its place waits as well.
[[nodiscard]] std::optional<objects::Time> creation_waits_until(const Snapshot& snapshot, std::string_view node,
                                                                objects::Time now);
/// Why the node's pods do not stay; nullopt: they do.
[[nodiscard]] std::optional<Undone> undone_on(const Snapshot& snapshot, std::string_view node, objects::Time now);
/// When time alone makes nullopt of that.
[[nodiscard]] std::optional<objects::Time> undone_until(const Snapshot& snapshot, std::string_view node,
                                                        objects::Time now);

/// A pod that is over and terminating counts as gone: a finalizer may hold it for long (requirement 5.1).
[[nodiscard]] inline bool is_gone(const objects::DaemonPod& pod) {
  return pod.is_over() && pod.terminating;
}

}  // namespace everynode::daemonset
