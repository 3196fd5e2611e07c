#include "everynode/cluster/shards_elector.hpp"

#include <utility>
#include <variant>

#include "everynode/cluster/spawn.hpp"
#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using Lanes = protocol::ShardsMachine;
using SteadyClock = std::chrono::steady_clock;

protocol::Moment moment_of_lane() {
  return {.steady = SteadyClock::now(),
          .wall = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
}

}  // namespace

ShardsElector::ShardsElector(const asio::any_io_executor& executor, Client& client, protocol::ShardsSettings settings,
                             ShardsObserver observer, std::uint64_t seed)
    : executor_(executor),
      client_(client),
      observer_(std::move(observer)),
      machine_(std::move(settings), seed),
      deadline_(executor) {
  for (std::size_t lane = 0; lane < machine_.lanes(); ++lane) turns_.emplace_back(executor);
}

void ShardsElector::start() {
  started_ = machine_.lanes();
  for (std::size_t lane = 0; lane < machine_.lanes(); ++lane) spawn(executor_, drive(lane));
  spawn(executor_, watch_deadline());
}

void ShardsElector::leave() {
  machine_.leave();
  wake();
  observer_.changed();
}

void ShardsElector::settled(std::uint32_t shard) {
  machine_.settled(shard);
  wake();
}

bool ShardsElector::may_act(std::uint32_t shard) const {
  return machine_.may_act(shard, SteadyClock::now());
}

void ShardsElector::wake() {
  for (asio::steady_timer& turn : turns_) turn.cancel();
  deadline_.cancel();
}

Awaitable<void> ShardsElector::drive(std::size_t lane) {
  while (true) {
    const Lanes::Question question = machine_.next(lane, moment_of_lane());
    if (std::holds_alternative<protocol::LeaseMachine::Finished>(question)) break;
    if (const auto* wait = std::get_if<protocol::LeaseMachine::Wait>(&question)) {
      turns_[lane].expires_at(wait->until);
      co_await turns_[lane].async_wait(net::as_result);
      continue;
    }
    const kube::Request& request = std::get<kube::Request>(question);
    const kube::Outcome outcome = co_await client_.send(request);
    const bool news = machine_.on_answer(lane, outcome, moment_of_lane());
    judge(lane, request, outcome);
    if (news) wake();
  }
  ++ended_;
  wake();  // the group's lane waits for the others
}

void ShardsElector::judge(std::size_t lane, const kube::Request& request, const kube::Outcome& outcome) {
  const bool refused = outcome && !outcome->ok();
  const std::string& problem = machine_.problem(lane);
  if (!problem.empty()) observer_.failed(refused ? kube::explain(request, kube::status_of(*outcome)) : problem);
  if (machine_.went_back(lane)) observer_.went_back();
  const std::string before = std::exchange(kept_out_by_, machine_.kept_out_by());
  if (!kept_out_by_.empty() && kept_out_by_ != before) observer_.kept_out(kept_out_by_);
  deadline_.cancel();
  observer_.changed();
}

/// A renewal may hang for longer than the lease lasts.
Awaitable<void> ShardsElector::watch_deadline() {
  while (!finished()) {
    if (machine_.lost(SteadyClock::now())) {
      observer_.lost();
      break;
    }
    deadline_.expires_at(machine_.safe_until());
    co_await deadline_.async_wait(net::as_result);
  }
}

}  // namespace everynode::cluster
