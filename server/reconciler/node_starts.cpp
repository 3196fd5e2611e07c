#include "node_starts.hpp"

#include <algorithm>
#include <utility>

#include "clock.hpp"
#include "everynode/daemonset/startup.hpp"
#include "everynode/sync/requests.hpp"

namespace everynode::reconciler {
namespace {

constexpr std::chrono::milliseconds between_starts{25};

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

NodeStarts::NodeStarts(const boost::asio::any_io_executor& executor, cluster::Client& client, const cache::Store& store,
                       std::string_view taint, std::function<bool()> may_act, NodeStartsObserver observer)
    : client_(client),
      store_(store),
      taint_(taint),
      observer_(std::move(observer)),
      loop_(executor, between_starts, std::move(may_act),
            [this](std::string node) { return look_at(std::move(node)); }) {}

void NodeStarts::saw(const objects::Node& node) {
  if (taint_.empty()) return;
  if (std::ranges::find(node.taints, taint_, &objects::Taint::key) == node.taints.end()) {
    waiting_.erase(node.name);
  } else {
    waiting_.insert(node.name);
    loop_.touch(node.name);
  }
}

void NodeStarts::wake() {
  for (const std::string& node : waiting_) loop_.touch(node);
}

Awaitable<sync::Result> NodeStarts::look_at(std::string node) {
  const auto found = store_.nodes().find(node);
  if (found == store_.nodes().end()) waiting_.erase(node);
  if (!waiting_.contains(node)) co_return sync::Next::go_on;
  const daemonset::StartupWait wait = wait_of(store_, node);
  if (wait.until) loop_.touch_after(node, objects::time_left(*wait.until, now()));
  if (wait.waits || !daemonset::is_set_up(found->second)) co_return sync::Next::go_on;
  co_return co_await release(found->second);
}

/// A node that has changed meanwhile is looked at again when a watch shows it.
Awaitable<sync::Result> NodeStarts::release(objects::Node node) {
  const auto request = sync::remove_taint(node, taint_);
  if (!request) co_return sync::Next::go_on;
  const kube::Outcome outcome = co_await client_.send(*request);
  if (outcome && outcome->ok()) {
    waiting_.erase(node.name);
    observer_.started(node.name);
    co_return sync::Next::go_on;
  }
  observer_.failed(node.name, kube::explain(*request, outcome));
  co_return sync::Next::plan_again;
}

}  // namespace everynode::reconciler
