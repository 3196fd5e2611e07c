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

/// After a 409 somebody has changed the DaemonSet: its watch tells what, and a later plan whether it still goes back.
void RestoreTemplate::take(Answer answer) {
  if (answer) {
    change(std::move(*answer));
    notify(EventType::normal, "RolledBack",
           "The template of " + action_.revision + " is back: too many nodes had failed.");
    return end(Next::go_on);
  }
  Problem& problem = answer.error();
  if (problem.failure == Failure::not_found) return end(Next::plan_again);
  const bool outrun = problem.failure == Failure::conflict && problem.status && problem.status->code != 422;
  if (outrun) return end(std::unexpected(std::move(problem)));
  fail(std::move(problem));
}

/// A user sees why it does not go back.
void RestoreTemplate::fail(Problem problem) {
  notify(EventType::warning, daemonset::RestoreTemplate::failure_event,
         "template of " + action_.revision + ": " + problem.message());
  end(std::unexpected(std::move(problem)));
}

}  // namespace everynode::sync
