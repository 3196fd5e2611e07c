#include "everynode/controller/executor.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "everynode/cluster/spawn.hpp"
#include "everynode/protocol/requests.hpp"
#include "everynode/protocol/write_status.hpp"

namespace everynode::controller {
namespace {

namespace asio = boost::asio;
using protocol::Next;
using protocol::Result;
using protocol::WriteMachine;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> as_result{};

constexpr auto never = steady_clock::time_point::max();

/// Until one of the actions in flight ends, but not longer than until then.
Awaitable<void> await_end(InFlight& in_flight, steady_clock::time_point at_latest) {
  in_flight.one_ended.expires_at(at_latest);
  co_await in_flight.one_ended.async_wait(as_result);
}

}  // namespace

/// One action under way.
struct Executor::Work {
  std::shared_ptr<protocol::Batch> batch;
  core::Action action;
  std::unique_ptr<WriteMachine> machine;
  InFlight& in_flight;
};

Executor::Executor(cluster::Client& client, cache::Store& store, cluster::EventRecorder& events,
                   ExecutorObserver observer)
    : client_(client), store_(store), events_(events), observer_(std::move(observer)) {}

Awaitable<void> Executor::run(const core::DaemonSet& daemon_set, core::Plan plan, InFlight& in_flight,
                              std::chrono::milliseconds for_at_most, const std::function<bool()>& may_act) {
  const auto end = steady_clock::now() + for_at_most;
  if (in_flight.count == 0) in_flight.done.clear();
  const bool only_creates = std::ranges::all_of(plan.actions, core::creates_pod);
  const auto batch = std::make_shared<protocol::Batch>(daemon_set, plan);
  const Result prepared = co_await prepare(batch, plan);
  if (!prepared || *prepared == Next::plan_again) {
    in_flight.failed = !prepared;
    co_return;
  }
  const std::size_t first = in_flight.window.first_of(plan.actions.size());
  std::ranges::rotate(plan.actions, plan.actions.begin() + static_cast<std::ptrdiff_t>(first));
  const auto latest = only_creates ? end : never;
  std::size_t begun = 0;
  while (true) {
    const auto now = steady_clock::now();
    const bool more = begun < plan.actions.size() && !in_flight.failed && now < end && may_act();
    if (more && in_flight.count < in_flight.window.size()) {
      begin(batch, std::move(plan.actions[begun++]), in_flight);
      continue;
    }
    if (in_flight.count == 0 || now >= latest) break;
    co_await await_end(in_flight, latest);
  }
}

Awaitable<void> Executor::land(InFlight& in_flight) {
  while (in_flight.count > 0) co_await await_end(in_flight, never);
}

Awaitable<Result> Executor::prepare(std::shared_ptr<protocol::Batch> batch, const core::Plan& plan) {
  const cache::Board* const board = store_.board(batch->key());
  if (board == nullptr) co_return Next::plan_again;
  protocol::Preparation machine(batch, plan, board->doubts());
  Result result = co_await drive(machine, batch->daemon_set());
  if (!result) observer_.acted(batch->key(), plan.actions.front(), result.error().text);
  co_return result;
}

void Executor::begin(const std::shared_ptr<protocol::Batch>& batch, core::Action action, InFlight& in_flight) {
  const cache::Board* const board = store_.board(batch->key());
  const cache::Doubts none;
  auto machine = protocol::begin(action, batch, board == nullptr ? none : board->doubts());
  ++in_flight.count;
  take(machine->take_effects(), batch->daemon_set());
  auto work = std::make_unique<Work>(batch, std::move(action), std::move(machine), in_flight);
  cluster::spawn(in_flight.one_ended.get_executor(), run_one(std::move(work)));
}

Awaitable<void> Executor::run_one(std::unique_ptr<Work> work) {
  InFlight& in_flight = work->in_flight;
  const core::DaemonSet& daemon_set = work->batch->daemon_set();
  const Result result = co_await drive(*work->machine, daemon_set);
  observer_.acted(work->batch->key(), work->action, result ? std::string{} : result.error().text);
  if (result) {
    in_flight.window.succeeded();
    in_flight.done.push_back(std::move(work->action));
  } else {
    in_flight.window.failed();
    in_flight.failed = true;
  }
  --in_flight.count;
  in_flight.one_ended.cancel();
}

Awaitable<Result> Executor::write_status(const core::DaemonSet& daemon_set, const core::StatusChange& change) {
  protocol::WriteStatus machine(daemon_set, change);
  co_return co_await drive(machine, daemon_set);
}

/// Sends what the machine asks for, until it has ended.
Awaitable<Result> Executor::drive(WriteMachine& machine, const core::DaemonSet& daemon_set) {
  while (const auto* const asked = std::get_if<kube::Request>(&machine.next())) {
    const kube::Request request = *asked;
    const kube::Outcome outcome = co_await client_.send(request);
    machine.on_answer(protocol::read_answer(request, outcome, document_));
    take(machine.take_effects(), daemon_set);
  }
  take(machine.take_effects(), daemon_set);
  co_return std::get<WriteMachine::Ended>(machine.next()).result;
}

void Executor::take(protocol::Effects effects, const core::DaemonSet& daemon_set) {
  const cache::Key key{.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
  const auto now = std::chrono::floor<std::chrono::microseconds>(system_clock::now());
  protocol::apply(std::move(effects.changes), key, store_, now);
  for (protocol::Notice& notice : effects.notices) tell(daemon_set, std::move(notice));
}

void Executor::tell(const core::DaemonSet& daemon_set, protocol::Notice notice) {
  events_.record(protocol::event_on(daemon_set, std::move(notice), system_clock::now()));
}

}  // namespace everynode::controller
