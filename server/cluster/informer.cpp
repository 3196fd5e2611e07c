#include "everynode/cluster/informer.hpp"

#include <utility>
#include <variant>

#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using Machine = protocol::WatchMachine;
using Clock = std::chrono::steady_clock;

/// Each watch lasts for a random time between these two, so that not all watches end together.
constexpr std::chrono::seconds shortest_watch{300};
constexpr std::chrono::seconds longest_watch{600};

}  // namespace

Informer::Informer(const asio::any_io_executor& executor, Client& client, kube::Collection collection,
                   protocol::WatchConsumer consumer, InformerObserver observer, std::uint64_t seed)
    : client_(client),
      collection_(std::move(collection)),
      observer_(std::move(observer)),
      machine_(std::move(consumer), seed),
      timer_(executor),
      random_(static_cast<std::minstd_rand::result_type>(seed % std::minstd_rand::modulus)) {}

Awaitable<void> Informer::run() {
  while (!stopped_) co_await step();
}

Awaitable<void> Informer::sync() {
  while (!stopped_ && !synced()) co_await step();
}

Awaitable<void> Informer::step() {
  const Machine::Question what = machine_.next(Clock::now());
  if (const auto* list = std::get_if<Machine::List>(&what)) co_await ask_page(*list);
  if (const auto* question = std::get_if<Machine::Verify>(&what)) co_await verify(*question);
  if (std::holds_alternative<Machine::Stream>(what)) co_await follow(kube::watch_all(collection_, watch_timeout()));
  if (const auto* watch = std::get_if<Machine::Watch>(&what)) {
    co_await follow(kube::watch(collection_, watch->resource_version, watch_timeout()));
  }
  if (const auto* wait = std::get_if<Machine::Wait>(&what)) co_await sleep(*wait);
}

void Informer::stop() {
  stopped_ = true;
  timer_.cancel();
}

void Informer::start_over() {
  machine_.start_over();
  timer_.cancel();
}

Awaitable<void> Informer::ask_page(const Machine::List& list) {
  observer_.page_asked();
  kube::Request request = kube::list(collection_, Machine::page_size, list.continue_);
  request.answer = machine_.encoding();
  const kube::Outcome outcome = co_await client_.send(request);
  if (!stopped_) judge(machine_.on_page(outcome), request, outcome);
}

Awaitable<void> Informer::verify(const Machine::Verify& question) {
  const kube::Request request = kube::list_one(collection_, question.witness);
  const kube::Outcome outcome = co_await client_.send(request);
  if (!stopped_) judge(machine_.on_verified(outcome), request, outcome);
}

Awaitable<void> Informer::follow(kube::Request request) {
  observer_.watch_begun();
  request.answer = machine_.encoding();
  const OnEvent on_event = [this](std::string_view event, kube::Encoding encoding) {
    if (stopped_) return false;
    return encoding == kube::Encoding::json ? machine_.on_line(event) : machine_.on_frame(event);
  };
  const GatherTime gather_time = [this] { return machine_.gather_time(Clock::now()); };
  const OnAccepted on_accepted = [this] {
    if (stopped_) return;
    machine_.on_accepted();
    observer_.watch_accepted();
  };
  const Patience patience = [this] { return machine_.patience(); };
  const kube::Outcome outcome = co_await client_.stream(request, on_event, gather_time, on_accepted, patience);
  if (!stopped_) judge(machine_.on_end(outcome, Clock::now()), request, outcome);
}

Awaitable<void> Informer::sleep(const Machine::Wait& wait) {
  timer_.expires_after(wait.duration);
  co_await timer_.async_wait(net::as_result);
}

std::chrono::seconds Informer::watch_timeout() {
  std::uniform_int_distribution<std::int64_t> between(shortest_watch.count(), longest_watch.count());
  return std::chrono::seconds(between(random_));
}

void Informer::judge(protocol::WatchFailure failure, const kube::Request& request, const kube::Outcome& outcome) {
  const bool refused = outcome && !outcome->ok();
  refusal_ = refused ? kube::explain(request, kube::status_of(*outcome)) : std::string{};
  if (failure == protocol::WatchFailure::none) return;
  observer_.failed_with(failure, request, outcome);
  observer_.failed(failure, problem());
}

std::string Informer::problem() const {
  if (machine_.problem().empty()) return {};
  return refusal_.empty() ? name_of(collection_.resource) + ": " + machine_.problem() : refusal_;
}

}  // namespace everynode::cluster
