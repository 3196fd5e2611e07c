/// What a person may want of a rollout by a policy: the write that says so, or why there is none.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::rollout {

struct Steering {
  std::string patch;       ///< a JSON merge patch of the policy
  bool of_status = false;  ///< of its status subresource
  std::string done;        ///< what has been done then, for people
};

/// The error is one line: why not, and what to do instead.
using Steered = std::expected<Steering, std::string>;

/// Stops all rollouts by the policy, or lets them go on.
[[nodiscard]] Steered set_paused(const objects::RolloutPolicy& policy, bool paused);

/// Lets the wave that is on hold go on, for this revision. `wave`: this one instead, before it is on hold; else empty.
/// `revision`: the name of the DaemonSet's current ControllerRevision.
[[nodiscard]] Steered promote(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                              std::string_view revision, std::string_view wave);

/// Lets a revision be rolled out again that was rolled back.
[[nodiscard]] Steered retry(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                            std::string_view revision);

/// What the policy's condition Accepted has against this generation of it; empty: nothing, or it was not told yet.
[[nodiscard]] std::string objection_to(const objects::RolloutPolicy& policy);

/// Why the policy does not serve this DaemonSet, as its status tells; empty if it does, or nothing was told yet.
[[nodiscard]] std::string why_refused(const objects::RolloutPolicy& policy, std::string_view daemon_set);

/// Why there is nothing to steer.
[[nodiscard]] std::string nobody_serves(const objects::DaemonSet& daemon_set);

}  // namespace everynode::rollout
