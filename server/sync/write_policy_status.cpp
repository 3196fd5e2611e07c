#include "everynode/sync/write_policy_status.hpp"

#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {

WritePolicyStatus::WritePolicyStatus(const objects::RolloutPolicy& policy, const objects::RolloutPolicyStatus& status) {
  ask(write_status(policy, status));
}

void WritePolicyStatus::take(Answer answer) {
  if (answer) {
    change(std::move(*answer));
    return end(Next::go_on);
  }
  const Failure failure = answer.error().failure;
  const bool changed = failure == Failure::not_found || failure == Failure::conflict;
  if (changed && answer.error().status && answer.error().status->code != 422) return end(Next::plan_again);
  end(std::unexpected(std::move(answer.error())));
}

}  // namespace everynode::sync
