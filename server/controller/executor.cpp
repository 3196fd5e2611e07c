#include "everynode/controller/executor.hpp"

#include <utility>

#include "everynode/cluster/spawn.hpp"
#include "everynode/protocol/requests.hpp"
#include "everynode/protocol/write_status.hpp"

namespace everynode::controller {
namespace {

using protocol::Result;
using protocol::WriteMachine;
using std::chrono::system_clock;

cache::Key key_of(const core::DaemonSet& daemon_set) {
  return {.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
}

}  // namespace

/// One action under way.
struct Executor::Work {
  std::shared_ptr<protocol::Batch> batch;
  core::Action action;
  std::unique_ptr<WriteMachine> machine;
  OnEnd on_end;
};

Executor::Executor(boost::asio::any_io_executor executor, cluster::Client& client, cache::Store& store,
                   cluster::EventRecorder& events, ExecutorObserver observer)
    : executor_(std::move(executor)), client_(client), store_(store), events_(events), observer_(std::move(observer)) {}

Awaitable<Result> Executor::prepare(protocol::Preparation& machine, const core::DaemonSet& daemon_set) {
  Result result = co_await drive(machine, daemon_set);
  if (!result) observer_.acted(key_of(daemon_set), machine.in_doubt(), result.error().text);
  co_return result;
}

void Executor::begin(const std::shared_ptr<protocol::Batch>& batch, core::Action action, OnEnd on_end) {
  const cache::Board* const board = store_.board(batch->key());
  const cache::Doubts none;
  auto machine = protocol::begin(action, batch, board == nullptr ? none : board->doubts());
  take(machine->take_effects(), batch->daemon_set());
  auto work = std::make_unique<Work>(batch, std::move(action), std::move(machine), std::move(on_end));
  cluster::spawn(executor_, run_one(std::move(work)));
}

Awaitable<void> Executor::run_one(std::unique_ptr<Work> work) {
  const Result result = co_await drive(*work->machine, work->batch->daemon_set());
  observer_.acted(work->batch->key(), work->action, result ? std::string{} : result.error().text);
  work->on_end(std::move(work->action), result);
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
  const auto now = std::chrono::floor<std::chrono::microseconds>(system_clock::now());
  protocol::apply(std::move(effects.changes), key_of(daemon_set), store_, now);
  for (protocol::Notice& notice : effects.notices) tell(daemon_set, std::move(notice));
}

void Executor::tell(const core::DaemonSet& daemon_set, protocol::Notice notice) {
  events_.record(protocol::event_on(daemon_set, std::move(notice), system_clock::now()));
}

}  // namespace everynode::controller
