#include "create_revision.hpp"

#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {

CreateRevision::CreateRevision(std::shared_ptr<Batch> batch, daemonset::CreateRevision action)
    : batch_(std::move(batch)), action_(std::move(action)) {
  ask(request_of(action_, batch_->daemon_set()));
}

void CreateRevision::take(Answer answer) {
  if (step_ == Step::create) return created(std::move(answer));
  if (!answer) return end(std::unexpected(std::move(answer.error())));
  switch (step_) {
    case Step::recheck:
      return compare(std::move(std::get<objects::ControllerRevision>(*answer)));
    case Step::inspect:
      return inspect(std::get<objects::DaemonSet>(*answer));
    default:
      change(std::move(*answer));
      end(Next::go_on);
  }
}

void CreateRevision::created(Answer answer) {
  if (answer) {
    change(std::move(*answer));
    return end(Next::go_on);
  }
  if (answer.error().failure != Failure::already_exists) return end(std::unexpected(std::move(answer.error())));
  step_ = Step::recheck;
  const objects::DaemonSet& daemon_set = batch_->daemon_set();
  ask(kube::get(kube::controller_revisions, batch_->beside(daemon_set.name + "-" + action_.hash)));
}

/// Requirement 9.7: the revision that we want has the name, or another one with the same hash does.
void CreateRevision::compare(objects::ControllerRevision existing) {
  const objects::DaemonSet& daemon_set = batch_->daemon_set();
  const bool claimable =
      daemonset::claim_of(daemon_set, existing.controller, existing.labels) != daemonset::Claim::foreign;
  const bool usable = claimable && existing.data == daemon_set.revision_data;
  change(Object(std::move(existing)));
  if (usable) return end(Next::go_on);
  step_ = Step::inspect;
  ask(kube::get(kube::daemon_sets, batch_->key()));
}

void CreateRevision::inspect(const objects::DaemonSet& live) {
  if (live.collision_count != batch_->daemon_set().collision_count) {
    return end(std::unexpected(Problem{
        .failure = Failure::conflict, .text = "the collisionCount has changed since it was read", .status = {}}));
  }
  step_ = Step::count;
  ask(count_collision(live));
}

}  // namespace everynode::sync
