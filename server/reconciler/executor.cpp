#include "executor.hpp"

#include <utility>

#include "clock.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/sync/requests.hpp"
#include "everynode/sync/write_policy_status.hpp"
#include "everynode/sync/write_status.hpp"

namespace everynode::reconciler {
namespace {

using std::chrono::system_clock;
using sync::Result;
using sync::WriteMachine;

cache::Key key_of(const objects::DaemonSet& daemon_set) {
  return {.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
}

}  // namespace

/// One action under way.
struct Executor::Work {
  std::shared_ptr<sync::Batch> batch;
  daemonset::Action action;
  std::unique_ptr<WriteMachine> machine;
  OnEnd on_end;
};

Executor::Executor(boost::asio::any_io_executor executor, cluster::Client& client, cache::Store& store,
                   cluster::EventRecorder& events, ExecutorObserver observer)
    : executor_(std::move(executor)), client_(client), store_(store), events_(events), observer_(std::move(observer)) {}

Awaitable<Result> Executor::prepare(sync::Preparation& machine, const objects::DaemonSet& daemon_set) {
  Result result = co_await drive(machine, daemon_set);
  if (!result) observer_.acted(key_of(daemon_set), machine.in_doubt(), result.error().text);
  co_return result;
}

void Executor::begin(const std::shared_ptr<sync::Batch>& batch, daemonset::Action action, OnEnd on_end) {
  const cache::DaemonSetState* const state = store_.state(batch->key());
  const cache::Doubts none;
  auto machine = sync::begin(action, batch, state == nullptr ? none : state->doubts());
  take(machine->take_effects(), batch->daemon_set());
  auto work = std::make_unique<Work>(batch, std::move(action), std::move(machine), std::move(on_end));
  cluster::spawn(executor_, run_one(std::move(work)));
}

Awaitable<void> Executor::run_one(std::unique_ptr<Work> work) {
  const Result result = co_await drive(*work->machine, work->batch->daemon_set());
  sync::Effects end;
  end.changes.push_back(sync::tried(work->action, result));
  take(std::move(end), work->batch->daemon_set());
  if (result) notify_of_undone(*work);
  observer_.acted(work->batch->key(), work->action, result ? std::string{} : result.error().text);
  work->on_end(result);
}

void Executor::notify_of_undone(const Work& work) {
  const cache::DaemonSetState* const state = store_.state(work.batch->key());
  if (state == nullptr) return;
  if (auto notice = sync::notice_of_undone(work.action, *state, now())) {
    notify(work.batch->daemon_set(), std::move(*notice));
  }
}

Awaitable<Result> Executor::write_status(const objects::DaemonSet& daemon_set, const daemonset::StatusChange& change) {
  sync::WriteStatus machine(daemon_set, change);
  co_return co_await drive(machine, daemon_set);
}

Awaitable<Result> Executor::write_status(const objects::RolloutPolicy& policy,
                                         const objects::RolloutPolicyStatus& status) {
  sync::WritePolicyStatus machine(policy, status);
  while (const auto* const asked = std::get_if<kube::Request>(&machine.next())) {
    const kube::Request request = *asked;
    const kube::Outcome outcome = co_await client_.send(request);
    machine.on_answer(sync::read_answer(request, outcome, document_));
    sync::apply(machine.take_effects().changes, {}, store_, now());
  }
  co_return std::get<WriteMachine::Ended>(machine.next()).result;
}

/// What was written comes back with its watch.
Awaitable<Result> Executor::write_status(const overlay::DaemonSetOverlay& overlay,
                                         const overlay::OverlayStatus& status) {
  const kube::Request request = sync::write_status(overlay, status);
  const std::vector<protocol::Event> events = sync::events_on(overlay, status, system_clock::now());
  const kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->ok()) {
    for (const protocol::Event& event : events) events_.record(event);
    co_return sync::Next::go_on;
  }
  sync::Problem problem = sync::read_answer(request, outcome, document_).error();
  const bool gone = problem.failure == sync::Failure::not_found || problem.failure == sync::Failure::conflict;
  if (gone) co_return sync::Next::plan_again;
  co_return std::unexpected(std::move(problem));
}

/// Sends what the machine asks for, until it has ended.
Awaitable<Result> Executor::drive(WriteMachine& machine, const objects::DaemonSet& daemon_set) {
  while (const auto* const asked = std::get_if<kube::Request>(&machine.next())) {
    const kube::Request request = *asked;
    const kube::Outcome outcome = co_await client_.send(request);
    machine.on_answer(sync::read_answer(request, outcome, document_));
    take(machine.take_effects(), daemon_set);
  }
  take(machine.take_effects(), daemon_set);
  co_return std::get<WriteMachine::Ended>(machine.next()).result;
}

void Executor::take(sync::Effects effects, const objects::DaemonSet& daemon_set) {
  sync::apply(std::move(effects.changes), key_of(daemon_set), store_, now());
  for (sync::Notice& notice : effects.notices) notify(daemon_set, std::move(notice));
}

void Executor::notify(const objects::DaemonSet& daemon_set, sync::Notice notice) {
  events_.record(sync::event_on(daemon_set, std::move(notice), system_clock::now()));
}

}  // namespace everynode::reconciler
