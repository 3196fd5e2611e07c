/// How a rollout goes and what is wrong, as conditions of a DaemonSet's status and as metrics. Upstream reports
/// neither.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "everynode/daemonset/node_state.hpp"
#include "everynode/daemonset/situation.hpp"
#include "everynode/objects/daemon_set.hpp"

namespace everynode::daemonset {

/// The conditions at one moment. Their transition times are not set: these depend on the conditions written before.
struct RolloutConditions {
  /// Like a Deployment's: True while a rollout goes on and when it is complete, False when it waits for something that
  /// will not come by itself, Unknown when it waits for a person (OnDelete). Events after a complete rollout, such as a
  /// new node or a pod that crashes, do not change it.
  objects::Condition progressing;
  /// True if a node is without a good pod for a reason that does not go away soon by itself.
  objects::Condition degraded;
  std::array<std::int64_t, troubles> unavailable{};  ///< nodes that lack an available pod, by what is wrong there
  std::optional<objects::Time> last_progress;        ///< of a rollout that is not complete
  std::optional<objects::Time> again_at;             ///< when time alone may change a condition
};

[[nodiscard]] RolloutConditions conditions_of(const Situation& situation);

/// Tells that nodes that leave are treated as by the in-tree controller (`Snapshot::minds_nodes`): who looks at the
/// cluster cannot see it otherwise.
[[nodiscard]] objects::Condition nodes_not_minded();
/// Whether the DaemonSet's status tells so.
[[nodiscard]] bool tells_nodes_not_minded(const objects::DaemonSet& daemon_set);

/// Since when the DaemonSet's status tells that pods do not stay; nullopt: it does not.
[[nodiscard]] std::optional<objects::Time> undone_since(const objects::DaemonSet& daemon_set);

/// What the condition Degraded tells of earlier pods of a node: the process that wrote it knew that, and nobody else
/// can tell. `has_pod`: only how they were undone; without one also that they are refused, and what is told of all
/// nodes if this one may be among those that are not named. Empty: nothing.
[[nodiscard]] std::string told_of(const objects::DaemonSet& daemon_set, std::string_view node, bool has_pod);

/// Whether a condition is one that Everynode wrote: a condition of the same type that somebody else wrote has other
/// reasons, and is theirs.
[[nodiscard]] bool is_ours(const objects::Condition& condition);

/// What the API server says of the pods that it refuses, by the condition Degraded that `conditions_of` made; empty:
/// it does not tell of any.
[[nodiscard]] std::string refusal_in(std::span<const objects::Condition> conditions);

}  // namespace everynode::daemonset
