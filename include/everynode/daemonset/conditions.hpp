/// How a rollout goes and what is wrong, told by the conditions of a DaemonSet's status and by metrics: what upstream
/// does not tell.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "everynode/daemonset/node_state.hpp"
#include "everynode/daemonset/situation.hpp"
#include "everynode/objects/daemon_set.hpp"

namespace everynode::daemonset {

/// The conditions of one moment. Their times of transition are not set: they depend on what was told before.
struct RolloutConditions {
  /// As that of a Deployment: True while a rollout goes on and when it is complete, False when it waits for what will
  /// not come by itself, Unknown when it waits for somebody (OnDelete). What comes after a complete rollout, a node
  /// that joins or a pod that crashes, does not change it.
  objects::Condition progressing;
  /// True if a node is without a good pod for a reason that waiting a little does not cure.
  objects::Condition degraded;
  std::array<std::int64_t, troubles> unavailable{};  ///< nodes that lack an available pod, by what is wrong there
  std::optional<objects::Time> last_progress;        ///< of a rollout that is not complete
  std::optional<objects::Time> again_at;             ///< when time alone will have changed something
};

[[nodiscard]] RolloutConditions conditions_of(const Situation& situation);

/// Whether a condition is one that Everynode wrote: a condition of the same type that somebody else wrote has other
/// reasons, and is theirs.
[[nodiscard]] bool is_ours(const objects::Condition& condition);

}  // namespace everynode::daemonset
