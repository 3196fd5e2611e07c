#include "everynode/controller/executor.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "answers.hpp"
#include "batch.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/controller/requests.hpp"
#include "everynode/core/objects.hpp"

namespace everynode::controller {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> as_result{};

bool is_adoption(const core::Action& action) {
  return std::holds_alternative<core::Adopt>(action);
}

}  // namespace

struct Executor::Doer {
  Executor& executor;
  Batch& batch;

  Awaitable<std::string> operator()(const core::Adopt& action) const { return executor.adopt(batch, action); }
  Awaitable<std::string> operator()(const core::Release& action) const { return executor.release(batch, action); }
  Awaitable<std::string> operator()(const core::CreatePod& action) const { return executor.create_pod(batch, action); }
  Awaitable<std::string> operator()(const core::DeletePod& action) const { return executor.delete_pod(batch, action); }
  Awaitable<std::string> operator()(const core::RelabelPod& action) const { return executor.relabel(batch, action); }
  Awaitable<std::string> operator()(const core::CreateRevision& action) const {
    return executor.create_revision(batch, action);
  }
  Awaitable<std::string> operator()(const core::ChangeRevision& action) const {
    return executor.change_revision(batch, action);
  }
  Awaitable<std::string> operator()(const core::DeleteRevision& action) const {
    return executor.delete_revision(batch, action);
  }
};

Executor::Executor(cluster::Client& client, cache::Store& store, cluster::EventRecorder& events,
                   ExecutorObserver observer)
    : client_(client), store_(store), events_(events), observer_(std::move(observer)) {}

Awaitable<Executor::Result> Executor::run(const core::DaemonSet& daemon_set, core::Plan& plan, Window& window,
                                          std::chrono::milliseconds for_at_most, const std::function<bool()>& may_act) {
  const asio::any_io_executor loop = co_await asio::this_coro::executor;
  Batch batch(loop, daemon_set, plan, window);
  if (std::ranges::any_of(plan.actions, is_adoption)) batch.adoption = co_await may_adopt(batch);
  const auto end = steady_clock::now() + for_at_most;
  const std::size_t first = window.first_of(plan.actions.size());
  std::ranges::rotate(plan.actions, plan.actions.begin() + static_cast<std::ptrdiff_t>(first));
  std::size_t begun = 0;
  while (begun < plan.actions.size() && !batch.failed && steady_clock::now() < end && may_act()) {
    if (batch.in_flight < window.size()) {
      ++batch.in_flight;
      cluster::spawn(loop, run_one(batch, plan.actions[begun++]));
      continue;
    }
    batch.one_ended.expires_at(steady_clock::time_point::max());
    co_await batch.one_ended.async_wait(as_result);
  }
  while (batch.in_flight > 0) {
    batch.one_ended.expires_at(steady_clock::time_point::max());
    co_await batch.one_ended.async_wait(as_result);
  }
  Result result;
  result.failed = batch.failed;
  result.complete = begun == plan.actions.size();
  co_return result;
}

Awaitable<void> Executor::run_one(Batch& batch, const core::Action& action) {
  const Doer doer{.executor = *this, .batch = batch};
  auto doing = std::visit(doer, action);
  const std::string problem = co_await std::move(doing);
  observer_.acted(batch.key, action, problem);
  if (problem.empty()) {
    batch.window.succeeded();
  } else {
    batch.window.failed();
    batch.failed = true;
  }
  --batch.in_flight;
  batch.one_ended.cancel();
}

Awaitable<std::string> Executor::write_status(const core::DaemonSet& daemon_set, const core::StatusChange& change) {
  const kube::Request request = controller::write_status(daemon_set, change);
  const kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->ok()) co_return take_daemon_set(*outcome);
  if (is_not_found(outcome)) co_return std::string{};
  std::string problem = kube::explain(request, outcome);
  if (!is_conflict(outcome)) co_return problem;
  co_return co_await take_newer(daemon_set, std::move(problem));
}

/// daemonset-controller.md 11.3: somebody else wrote to the DaemonSet, and its watch has not said so yet.
Awaitable<std::string> Executor::take_newer(const core::DaemonSet& daemon_set, std::string problem) {
  const cache::Key key{.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
  const kube::Request question = kube::get(kube::daemon_sets, key);
  const kube::Outcome live = co_await client_.send(question);
  if (is_not_found(live)) co_return std::string{};
  if (!live || !live->ok()) co_return kube::explain(question, live);
  auto newer = core::read_daemon_set(live->body, document_);
  if (!newer) co_return newer.error();
  if (newer->resource_version == daemon_set.resource_version) co_return problem;
  store_.put(std::move(*newer), cache::Store::Source::write);
  co_return std::string{};
}

void Executor::tell(const core::DaemonSet& daemon_set, bool warning, std::string_view reason, std::string message) {
  events_.record(event_on(daemon_set, warning, reason, std::move(message), std::chrono::system_clock::now()));
}

/// The API says that an object is not what we think it is. Only what it says of the object itself tells whether it has
/// gone, for good: an answer of this kind may have other causes.
Awaitable<std::string> Executor::look_again(Batch& batch, core::OwnedKind kind, std::string name, std::string uid,
                                            std::string problem) {
  const bool pod = kind == core::OwnedKind::pod;
  const cache::Key key{.namespace_ = batch.key.namespace_, .name = std::move(name)};
  const kube::Request question = kube::get(pod ? kube::pods : kube::controller_revisions, key);
  const kube::Outcome outcome = co_await client_.send(question);
  if (is_not_found(outcome)) {
    forget(kind, uid);
    co_return std::string{};
  }
  if (!outcome || !outcome->ok()) co_return kube::explain(question, outcome);
  if (pod) co_return compare(core::read_daemon_pod(outcome->body, document_), kind, uid, std::move(problem));
  co_return compare(core::read_controller_revision(outcome->body, document_), kind, uid, std::move(problem));
}

/// Takes what has the name now. The problem stays if that is the object which it is about.
template <class Object>
std::string Executor::compare(std::expected<Object, std::string> seen, core::OwnedKind kind, const std::string& uid,
                              std::string problem) {
  if (!seen) return seen.error();
  const bool same = seen->uid == uid;
  if (!same) forget(kind, uid);
  store_.put(std::move(*seen), cache::Store::Source::write);
  return same ? problem : std::string{};
}

void Executor::forget(core::OwnedKind kind, const std::string& uid) {
  if (kind == core::OwnedKind::pod) {
    store_.remove_pod(uid);
  } else {
    store_.remove_revision(uid);
  }
}

std::string Executor::take_pod(const kube::Reply& reply) {
  auto pod = core::read_daemon_pod(reply.body, document_);
  if (!pod) return "the API server answered with a Pod that cannot be read: " + pod.error();
  store_.put(std::move(*pod), cache::Store::Source::write);
  return {};
}

std::string Executor::take_revision(const kube::Reply& reply) {
  auto revision = core::read_controller_revision(reply.body, document_);
  if (!revision) return "the API server answered with a ControllerRevision that cannot be read: " + revision.error();
  store_.put(std::move(*revision), cache::Store::Source::write);
  return {};
}

std::string Executor::take_daemon_set(const kube::Reply& reply) {
  auto daemon_set = core::read_daemon_set(reply.body, document_);
  if (!daemon_set) return "the API server answered with a DaemonSet that cannot be read: " + daemon_set.error();
  store_.put(std::move(*daemon_set), cache::Store::Source::write);
  return {};
}

}  // namespace everynode::controller
