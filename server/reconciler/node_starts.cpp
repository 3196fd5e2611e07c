#include "node_starts.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "everynode/daemonset/startup.hpp"
#include "everynode/sync/requests.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> as_result{};

objects::Time now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// What the node waits for, of all DaemonSets.
daemonset::StartupWait wait_of(const cache::Store& store, std::string_view node) {
  daemonset::StartupWait all;
  for (const auto& [key, state] : store.states()) {
    if (!state->daemon_set().switches.starts_nodes) continue;
    const daemonset::DaemonNode* const known = state->find(node);
    if (known == nullptr) continue;
    const daemonset::StartupWait one = daemonset::startup_wait(state->daemon_set(), *known, now());
    all.waits = all.waits || one.waits;
    objects::earliest(all.until, one.until);
  }
  return all;
}

}  // namespace

NodeStarts::NodeStarts(const asio::any_io_executor& executor, cluster::Client& client, const cache::Store& store,
                       std::string_view taint, std::function<bool()> may_act, NodeStartsObserver observer)
    : client_(client),
      store_(store),
      taint_(taint),
      may_act_(std::move(may_act)),
      observer_(std::move(observer)),
      wake_(executor) {}

Awaitable<void> NodeStarts::run() {
  running_ = !taint_.empty();
  wake();
  while (running_) {
    const bool may_act = may_act_();
    auto taken = may_act ? queue_.take(steady_clock::now()) : std::nullopt;
    if (taken) {
      co_await look_at(std::move(taken->key));
      continue;
    }
    const auto next = may_act ? queue_.next_time() : std::nullopt;
    wake_.expires_at(next.value_or(steady_clock::time_point::max()));
    co_await wake_.async_wait(as_result);
  }
}

void NodeStarts::stop() {
  running_ = false;
  wake_.cancel();
}

void NodeStarts::saw(const objects::Node& node) {
  if (taint_.empty()) return;
  if (std::ranges::find(node.taints, taint_, &objects::Taint::key) == node.taints.end()) {
    waiting_.erase(node.name);
  } else {
    waiting_.insert(node.name);
    queue_.add(node.name, steady_clock::now());
    wake_.cancel();
  }
}

void NodeStarts::wake() {
  if (waiting_.empty()) return;
  for (const std::string& node : waiting_) queue_.add(node, steady_clock::now());
  wake_.cancel();
}

Awaitable<void> NodeStarts::look_at(std::string node) {
  bool done = true;
  const auto found = store_.nodes().find(node);
  if (found == store_.nodes().end()) {
    waiting_.erase(node);
  } else if (waiting_.contains(node)) {
    const auto instant = steady_clock::now();
    const daemonset::StartupWait wait = wait_of(store_, node);
    if (wait.until) queue_.add_after(node, instant + objects::time_left(*wait.until, now()), instant);
    if (!wait.waits && daemonset::is_set_up(found->second)) done = co_await release(found->second);
  }
  if (done) {
    queue_.done(node, steady_clock::now());
  } else {
    queue_.failed(node, steady_clock::now());
  }
}

/// A node that has changed meanwhile is looked at again when a watch shows it. False: it has to be tried again.
Awaitable<bool> NodeStarts::release(objects::Node node) {
  const auto request = sync::remove_taint(node, taint_);
  if (!request) co_return true;
  writing_ = true;
  const kube::Outcome outcome = co_await client_.send(*request);
  writing_ = false;
  if (outcome && outcome->ok()) {
    waiting_.erase(node.name);
    observer_.started(node.name);
    co_return true;
  }
  observer_.failed(node.name, kube::explain(*request, outcome));
  co_return false;
}

}  // namespace everynode::reconciler
