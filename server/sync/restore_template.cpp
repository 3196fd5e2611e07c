#include "restore_template.hpp"

#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {

RestoreTemplate::RestoreTemplate(std::shared_ptr<Batch> batch, daemonset::RestoreTemplate action)
    : batch_(std::move(batch)), action_(std::move(action)) {
  if (is_template_patch(action_.data)) {
    ask(request_of(action_, batch_->daemon_set()));
  } else {
    fail({.failure = Failure::refused, .text = "the revision has more in it than a template", .status = {}});
  }
}

void RestoreTemplate::take(Answer answer) {
  if (conflict_) return take_newer(std::move(answer));
  if (answer) {
    change(std::move(*answer));
    notify(EventType::normal, "RolledBack",
           "The template of " + action_.revision + " is back: too many nodes had failed.");
    return end(Next::go_on);
  }
  const Failure failure = answer.error().failure;
  if (failure == Failure::not_found) return end(Next::plan_again);
  if (failure != Failure::conflict) return fail(std::move(answer.error()));
  conflict_ = std::move(answer.error());
  ask(kube::get(kube::daemon_sets, batch_->key()));
}

/// A user sees why it does not go back.
void RestoreTemplate::fail(Problem problem) {
  notify(EventType::warning, daemonset::RestoreTemplate::failure_event,
         "template of " + action_.revision + ": " + problem.message());
  end(std::unexpected(std::move(problem)));
}

/// Somebody has changed the DaemonSet, or the API server refuses this template.
void RestoreTemplate::take_newer(Answer answer) {
  if (!answer) return end(std::unexpected(std::move(answer.error())));
  const bool newer = std::get<objects::DaemonSet>(*answer).resource_version != batch_->daemon_set().resource_version;
  if (!newer) return fail(std::move(*conflict_));
  change(std::move(*answer));
  end(Next::plan_again);
}

}  // namespace everynode::sync
