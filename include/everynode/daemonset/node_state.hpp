/// The state of a DaemonSet on one node, and what is wrong there. Reports, conditions and metrics use these words.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

/// From "all is well" to "no pod belongs here".
enum class NodeState : std::uint8_t {
  updated,       ///< has an available pod of the current revision
  outdated,      ///< has an available pod of an older one
  starting,      ///< has a pod that is not ready or not available yet
  failing,       ///< its pod has failed and is replaced after its backoff
  leaving,       ///< its pod is being deleted
  missing,       ///< should have a pod
  misscheduled,  ///< has a pod that should not be there, or may only stay
  not_eligible,  ///< has no pod and should have none
};
inline constexpr std::size_t node_states = 8;

/// Why a node that should run a pod will not soon have an available one of the current revision.
enum class Trouble : std::uint8_t {
  none,
  not_created,    ///< the API server refuses its pod
  not_staying,    ///< its pods are undone, again and again
  not_scheduled,  ///< the scheduler finds no room
  failing,        ///< its pod has failed, crashes or cannot start
  not_ready,      ///< its pod runs, but has not been ready for long
  not_leaving,    ///< its pod should have gone long ago
  held,           ///< its node's switch cannot be understood, so nothing is done
};
inline constexpr std::size_t troubles = 8;

/// "updated", "outdated", ..., "not eligible".
[[nodiscard]] std::string_view name_of(NodeState state);

/// "none", "not created", "not scheduled", ...
[[nodiscard]] std::string_view name_of(Trouble trouble);

struct Diagnosis {
  NodeState state = NodeState::not_eligible;
  const objects::DaemonPod* pod = nullptr;  ///< the pod that says most about the node
  const objects::DaemonPod* successor =
      nullptr;             ///< while a surge lasts: the new pod beside an old one, not available yet
  bool desired = false;    ///< the node should run a pod
  bool available = false;  ///< the node has an available pod, of whatever revision
  Trouble trouble = Trouble::none;
  Undone undone = Undone::deleted;  ///< how, if the trouble is that its pods do not stay
  std::optional<objects::Time> at;  ///< when time alone makes a trouble of what it waits for, or ends it
};

/// After so long what does not come about is a trouble, and a rollout that gets no further no longer progresses: the
/// DaemonSet's annotation `everynode.dev/progress-deadline-seconds`, a decimal number from 1 to 2^31-1, or without one
/// as for Deployments 600.
[[nodiscard]] std::chrono::seconds progress_deadline(const objects::DaemonSet& daemon_set);
/// "10 minutes", "90 s".
[[nodiscard]] std::string to_text(std::chrono::seconds duration);

/// Judges the nodes of one situation, which must outlive it.
class Diagnose {
 public:
  explicit Diagnose(const Situation& situation) : situation_(situation) {}

  [[nodiscard]] Diagnosis operator()(const NodePods& pods) const;

  /// The trouble as a short text that stays the same as long as the trouble does, e.g. "container agent:
  /// ImagePullBackOff".
  [[nodiscard]] std::string cause(const Diagnosis& diagnosis) const;

 private:
  [[nodiscard]] static NodeState state_of(const NodePods& pods, const NodePod* notable);
  [[nodiscard]] std::optional<Undone> undone_here(const DaemonNode& node, const Diagnosis& diagnosis) const;
  void find_trouble(const DaemonNode& node, Diagnosis& diagnosis) const;

  const Situation& situation_;
};

}  // namespace everynode::daemonset
