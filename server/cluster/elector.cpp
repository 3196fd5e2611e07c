#include "everynode/cluster/elector.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <utility>
#include <variant>

#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using Machine = protocol::LeaseMachine;
using Clock = std::chrono::steady_clock;

protocol::Moment this_moment() {
  return {.steady = Clock::now(),
          .wall = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now())};
}

}  // namespace

Elector::Elector(const asio::any_io_executor& executor, Client& client, protocol::LeaseSettings settings,
                 ElectorObserver observer, std::uint64_t seed)
    : client_(client),
      observer_(std::move(observer)),
      machine_(std::move(settings), seed),
      turn_(executor),
      deadline_(executor) {}

bool Elector::leads() const {
  return machine_.leads(Clock::now());
}

Awaitable<void> Elector::run() {
  using asio::experimental::awaitable_operators::operator&&;
  co_await (campaign() && watch_deadline());
}

void Elector::release() {
  end_term();
  machine_.release();
  turn_.cancel();
}

Awaitable<void> Elector::campaign() {
  while (true) {
    const Machine::Question question = machine_.next(this_moment());
    if (std::holds_alternative<Machine::Finished>(question)) break;
    if (const auto* wait = std::get_if<Machine::Wait>(&question)) {
      turn_.expires_at(wait->until);
      co_await turn_.async_wait(net::as_result);
      continue;
    }
    const kube::Request& request = std::get<kube::Request>(question);
    const kube::Outcome outcome = co_await client_.send(request);
    machine_.on_answer(outcome, this_moment());
    judge(request, outcome);
  }
  finished_ = true;
  deadline_.cancel();
}

/// A renewal may hang for longer than the lease lasts, so the end of a term must not wait for a request.
Awaitable<void> Elector::watch_deadline() {
  while (!finished_) {
    if (leading_ && !leads()) end_term();
    deadline_.expires_at(leading_ ? machine_.leads_until() : Clock::time_point::max());
    co_await deadline_.async_wait(net::as_result);
  }
}

void Elector::judge(const kube::Request& request, const kube::Outcome& outcome) {
  const bool refused = outcome && !outcome->ok();
  if (!machine_.problem().empty())
    observer_.failed(refused ? kube::explain(request, kube::status_of(*outcome)) : machine_.problem());
  if (machine_.went_back()) observer_.went_back();
  if (leader_ != machine_.holder()) observer_.new_leader(leader_ = machine_.holder());
  if (leading_ || !leads()) return;
  leading_ = true;
  deadline_.cancel();
  observer_.started_leading();
}

void Elector::end_term() {
  if (std::exchange(leading_, false)) observer_.stopped_leading();
}

}  // namespace everynode::cluster
