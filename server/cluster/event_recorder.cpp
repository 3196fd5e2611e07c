#include "everynode/cluster/event_recorder.hpp"

#include <chrono>
#include <utility>

#include "everynode/net/as_result.hpp"

namespace everynode::cluster {
namespace {

namespace asio = boost::asio;
using protocol::EventVerdict;

constexpr std::size_t room = 1000;
constexpr int most_attempts = 12;
constexpr std::chrono::seconds between_attempts{10};

}  // namespace

EventRecorder::EventRecorder(const asio::any_io_executor& executor, Client& client, std::string component,
                             EventObserver observer)
    : client_(client), component_(std::move(component)), observer_(std::move(observer)), timer_(executor) {}

void EventRecorder::record(protocol::Event event) {
  if (queue_.size() >= room) return observer_.dropped();
  queue_.push_back(std::move(event));
  if (idle_) timer_.cancel();
}

Awaitable<void> EventRecorder::run() {
  while (!stopped_) {
    if (queue_.empty()) {
      idle_ = true;
      timer_.expires_at(std::chrono::steady_clock::time_point::max());
      co_await timer_.async_wait(net::as_result);
      idle_ = false;
      continue;
    }
    const std::optional<protocol::EventRecord> record = correlator_.correlate(std::move(queue_.front()));
    queue_.pop_front();
    if (!record) {
      observer_.dropped();
      continue;
    }
    co_await write(*record);
  }
}

void EventRecorder::stop() {
  stopped_ = true;
  timer_.cancel();
}

Awaitable<void> EventRecorder::write(const protocol::EventRecord& record) {
  kube::Request request = protocol::write_event(record, component_);
  for (int attempt = 1; !stopped_; ++attempt) {
    const kube::Outcome outcome = co_await client_.send(request);
    const EventVerdict verdict = protocol::judge_event_write(request.verb, outcome);
    if (verdict == EventVerdict::written) break;
    if (verdict == EventVerdict::given_up || attempt >= most_attempts) {
      observer_.failed(request, outcome);
      break;
    }
    if (verdict == EventVerdict::create_instead) {
      request = protocol::create_event(record, component_);
      continue;
    }
    timer_.expires_after(between_attempts);
    co_await timer_.async_wait(net::as_result);
  }
}

}  // namespace everynode::cluster
