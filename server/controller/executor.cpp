#include "everynode/controller/executor.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
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

constexpr auto never = steady_clock::time_point::max();

bool is_adoption(const core::Action& action) {
  return std::holds_alternative<core::Adopt>(action);
}

/// Until one of the actions in flight ends, but not longer than until then.
Awaitable<void> await_end(InFlight& in_flight, steady_clock::time_point at_latest) {
  in_flight.one_ended.expires_at(at_latest);
  co_await in_flight.one_ended.async_wait(as_result);
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

Awaitable<void> Executor::run(const core::DaemonSet& daemon_set, core::Plan plan, InFlight& in_flight,
                              std::chrono::milliseconds for_at_most, const std::function<bool()>& may_act) {
  const auto end = steady_clock::now() + for_at_most;
  if (in_flight.count == 0) in_flight.done.clear();
  const bool only_creates = std::ranges::all_of(plan.actions, core::creates_pod);
  const auto batch = std::make_shared<Batch>(daemon_set, plan, in_flight);
  if (std::ranges::any_of(plan.actions, core::deletes_pod)) {
    const std::optional<std::string> known = co_await settle_deletions(*batch);
    if (known) {
      in_flight.failed = !known->empty();
      co_return;
    }
  }
  if (std::ranges::any_of(plan.actions, is_adoption)) batch->adoption = co_await may_adopt(*batch);
  const std::size_t first = in_flight.window.first_of(plan.actions.size());
  std::ranges::rotate(plan.actions, plan.actions.begin() + static_cast<std::ptrdiff_t>(first));
  const auto latest = only_creates ? end : never;
  std::size_t begun = 0;
  while (true) {
    const auto now = steady_clock::now();
    const bool more = begun < plan.actions.size() && !in_flight.failed && now < end && may_act();
    if (more && in_flight.count < in_flight.window.size()) {
      begin(batch, std::move(plan.actions[begun++]));
      continue;
    }
    if (in_flight.count == 0 || now >= latest) break;
    co_await await_end(in_flight, latest);
  }
}

Awaitable<void> Executor::land(InFlight& in_flight) {
  while (in_flight.count > 0) co_await await_end(in_flight, never);
}

void Executor::begin(const std::shared_ptr<Batch>& batch, core::Action action) {
  ++batch->in_flight.count;
  note_creating(batch->key, action, true);
  cluster::spawn(batch->in_flight.one_ended.get_executor(), run_one(batch, std::move(action)));
}

Awaitable<void> Executor::run_one(std::shared_ptr<Batch> batch, core::Action action) {
  InFlight& in_flight = batch->in_flight;
  const Doer doer{.executor = *this, .batch = *batch};
  auto doing = std::visit(doer, action);
  const std::string problem = co_await std::move(doing);
  observer_.acted(batch->key, action, problem);
  note_creating(batch->key, action, false);
  if (problem.empty()) {
    in_flight.window.succeeded();
    in_flight.done.push_back(std::move(action));
  } else {
    in_flight.window.failed();
    in_flight.failed = true;
  }
  --in_flight.count;
  in_flight.one_ended.cancel();
}

/// A node whose pod is being created gets no other meanwhile, whatever the next plan is.
void Executor::note_creating(const cache::Key& daemon_set, const core::Action& action, bool creating) {
  const auto* const creation = std::get_if<core::CreatePod>(&action);
  cache::Board* const board = creation == nullptr ? nullptr : store_.board(daemon_set);
  if (board != nullptr) board->set_creating(creation->node, creating);
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
  const bool json = reply.encoding == kube::Encoding::json;
  auto pod = json ? core::read_daemon_pod(reply.body, document_) : core::read_daemon_pod_protobuf(reply.body);
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
