#include "policy_statuses.hpp"

#include <utility>

#include "clock.hpp"
#include "everynode/rollout/status.hpp"
#include "everynode/rollout/windows.hpp"

namespace everynode::reconciler {
namespace {

/// One write a second tells people all they want to know.
constexpr std::chrono::seconds between_policy_statuses{1};

}  // namespace

PolicyStatuses::PolicyStatuses(const boost::asio::any_io_executor& executor, Executor& actions,
                               const cache::Store& store, daemonset::Mode mode, std::function<bool()> may_act,
                               Failed failed)
    : actions_(actions),
      store_(store),
      mode_(mode),
      failed_(std::move(failed)),
      loop_(executor, between_policy_statuses, std::move(may_act),
            [this](std::string name) { return write(std::move(name)); }) {}

std::vector<rollout::Selected> PolicyStatuses::selected_by(const objects::RolloutPolicy& policy) const {
  std::vector<rollout::Selected> selected = store_.selected_by(policy);
  for (rollout::Selected& one : selected) {
    const cache::DaemonSetState* const state = store_.state({.namespace_ = policy.namespace_, .name = one.name});
    if (one.served_by.empty() && state != nullptr) one.refused = daemonset::why_not_served(mode_, state->daemon_set());
  }
  return selected;
}

Awaitable<sync::Result> PolicyStatuses::write(std::string name) {
  const cache::Key key = kube::to_key(name);
  sync::Result result = sync::Next::go_on;
  if (const auto found = store_.policies().find(key); found != store_.policies().end()) {
    const objects::RolloutPolicy policy = found->second;
    const objects::Time instant = now();
    const std::vector<rollout::Selected> selected = selected_by(policy);
    const objects::RolloutPolicyStatus status =
        rollout::status_of(policy, selected, instant, rollout::problem_with(policy, store_.time_zones()));
    if (status != policy.status) result = co_await actions_.write_status(policy, status);
  }
  if (!result) failed_(key, result.error().text);
  co_return result;
}

}  // namespace everynode::reconciler
