/// How a RolloutPolicy rolls out a DaemonSet, as people are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/situation.hpp"
#include "everynode/objects/rollout_policy.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::inspection {

/// The nodes of a wave, or of one value of the label that a wave goes by.
struct WaveState {
  enum class Standing : std::uint8_t {
    done,   ///< the next one has begun, or may
    here,   ///< the first one that is not done
    waits,  ///< for the ones before it
  };
  std::string name;  ///< "canary", "zones/a" or "rest"
  Standing standing = Standing::waits;
  std::int64_t desired = 0;  ///< nodes that should run a pod, without those that are deferred
  std::int64_t updated = 0;  ///< of these, nodes with an available pod of the current revision

  bool operator==(const WaveState&) const = default;
};

/// "done", "here", "waits".
[[nodiscard]] std::string_view name_of(WaveState::Standing standing);

struct PolicyState {
  std::string name;
  std::string refused;    ///< why it does not serve the DaemonSet; then the rest is empty
  std::string objection;  ///< it serves the DaemonSet, but something else is wrong with it; empty: nothing is
  bool paused = false;
  bool looked_at = false;                ///< a reconciler has told of this generation of the policy
  objects::DaemonSetRollout rollout;     ///< derived from the nodes, or told by the status if they are not known
  std::optional<objects::Time> until;    ///< when a soak is over, or the next window opens
  std::vector<WaveState> waves = {};     ///< in order; empty if the nodes are not known
  std::vector<std::string> rivals = {};  ///< policies that select the DaemonSet too, and do not serve it
};

/// What the situation, which has a policy, says. `revision`: the name of the current ControllerRevision.
[[nodiscard]] PolicyState policy_state(const daemonset::Situation& situation, std::string_view revision);

/// What the policy's own status says of this revision: all that is known if nobody may list the nodes.
[[nodiscard]] PolicyState told_state(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                                     std::string_view revision);

/// The rollout is complete, as far as the policy is concerned, and the new pods are available: only who was bad before
/// has none.
[[nodiscard]] bool is_complete(const PolicyState& state);

/// What it waits for, in one line without what changes each second; empty: for nothing but its pods.
[[nodiscard]] std::string waits_for(const PolicyState& state);

/// Lines for people: the phase with its clock, the waves, deferred and failed nodes, and who else selects the
/// DaemonSet. Foreign text in them is not escaped yet.
[[nodiscard]] std::vector<std::string> lines_of(const PolicyState& state, objects::Time now);

}  // namespace everynode::inspection
