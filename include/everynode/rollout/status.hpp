/// The status of a RolloutPolicy.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "everynode/objects/rollout_policy.hpp"
#include "everynode/rollout/gates.hpp"

namespace everynode::rollout {

/// What is to be told of one DaemonSet. `revision`: the name of its current ControllerRevision.
[[nodiscard]] objects::DaemonSetRollout rollout_of(const objects::RolloutPolicy& policy, std::string_view daemon_set,
                                                   std::string_view revision, const Progress& progress);

/// A DaemonSet that a policy selects.
struct Selected {
  std::string name;
  std::string served_by;  ///< the policy that is older; empty: this one serves
  std::string refused{};  ///< why it cannot be served, and what to do about it; empty: it can

  std::optional<objects::DaemonSetRollout> rollout = {};  ///< nullopt: not planned yet, what was told stays
};

/// The status as it should be, with the DaemonSets in this order. `problem`: why the policy cannot be obeyed, by
/// `problem_with`; empty if it can.
[[nodiscard]] objects::RolloutPolicyStatus status_of(const objects::RolloutPolicy& policy,
                                                     std::span<const Selected> selected, objects::Time now,
                                                     std::string problem = {});

/// A JSON merge patch of the status subresource, if the policy is still the one of its resourceVersion: somebody may
/// have promoted a wave since.
[[nodiscard]] std::string status_patch(const objects::RolloutPolicy& policy,
                                       const objects::RolloutPolicyStatus& status);

}  // namespace everynode::rollout
