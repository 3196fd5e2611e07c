/// Writes the status of a RolloutPolicy.
#pragma once

#include "everynode/objects/rollout_policy.hpp"
#include "everynode/sync/write_machine.hpp"

namespace everynode::sync {

/// Ends with `plan_again` if the policy has changed or gone meanwhile: its watch will say so.
class WritePolicyStatus final : public WriteMachine {
 public:
  WritePolicyStatus(const objects::RolloutPolicy& policy, const objects::RolloutPolicyStatus& status);

 private:
  void take(Answer answer) override;
};

}  // namespace everynode::sync
