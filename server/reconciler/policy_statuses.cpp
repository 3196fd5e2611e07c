#include "policy_statuses.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "everynode/rollout/status.hpp"
#include "everynode/rollout/windows.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> as_result{};

cache::Key to_key(std::string_view text) {
  const auto slash = text.find('/');
  return {.namespace_ = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
}

}  // namespace

PolicyStatuses::PolicyStatuses(const asio::any_io_executor& executor, Executor& actions, const cache::Store& store,
                               daemonset::Mode mode, std::function<bool()> may_act, Failed failed)
    : actions_(actions),
      store_(store),
      mode_(mode),
      may_act_(std::move(may_act)),
      failed_(std::move(failed)),
      wake_(executor) {}

Awaitable<void> PolicyStatuses::run() {
  running_ = true;
  while (running_) {
    const bool may_act = may_act_();
    auto taken = may_act ? queue_.take(steady_clock::now()) : std::nullopt;
    if (taken) {
      co_await write(std::move(taken->key));
      continue;
    }
    const auto next = may_act ? queue_.next_time() : std::nullopt;
    wake_.expires_at(next.value_or(steady_clock::time_point::max()));
    co_await wake_.async_wait(as_result);
  }
}

void PolicyStatuses::stop() {
  running_ = false;
  wake_.cancel();
}

void PolicyStatuses::touch(const cache::Key& policy) {
  queue_.add(to_text(policy), steady_clock::now());
  wake_.cancel();
}

std::vector<rollout::Selected> PolicyStatuses::selected_by(const objects::RolloutPolicy& policy) const {
  std::vector<rollout::Selected> selected = store_.selected_by(policy);
  for (rollout::Selected& one : selected) {
    const cache::DaemonSetState* const state = store_.state({.namespace_ = policy.namespace_, .name = one.name});
    if (one.served_by.empty() && state != nullptr) one.refused = daemonset::why_not_served(mode_, state->daemon_set());
  }
  return selected;
}

Awaitable<void> PolicyStatuses::write(std::string name) {
  const cache::Key key = to_key(name);
  sync::Result result = sync::Next::go_on;
  if (const auto found = store_.policies().find(key); found != store_.policies().end()) {
    const objects::RolloutPolicy policy = found->second;
    const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    const std::vector<rollout::Selected> selected = selected_by(policy);
    const objects::RolloutPolicyStatus status =
        rollout::status_of(policy, selected, now, rollout::problem_with(policy, store_.time_zones()));
    if (status != policy.status) {
      writing_ = true;
      result = co_await actions_.write_status(policy, status);
      writing_ = false;
    }
  }
  // What has changed meanwhile comes again with its watch.
  if (result && *result == sync::Next::go_on) {
    queue_.done(name, steady_clock::now());
  } else {
    queue_.failed(name, steady_clock::now());
  }
  if (!result) failed_(key, result.error().text);
}

}  // namespace everynode::reconciler
