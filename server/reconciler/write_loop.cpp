#include "write_loop.hpp"

#include <utility>

#include "everynode/net/as_result.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

}  // namespace

WriteLoop::WriteLoop(const asio::any_io_executor& executor, std::chrono::milliseconds interval,
                     std::function<bool()> may_act, Write write)
    : may_act_(std::move(may_act)),
      write_(std::move(write)),
      queue_(
          {.interval = interval, .retry_base = std::chrono::milliseconds(100), .retry_cap = std::chrono::seconds(30)}),
      wake_(executor) {}

Awaitable<void> WriteLoop::run() {
  running_ = true;
  while (running_) {
    const bool may_act = may_act_();
    auto taken = may_act ? queue_.take(steady_clock::now()) : std::nullopt;
    if (taken) {
      writing_ = true;
      const sync::Result result = co_await write_(taken->key);
      writing_ = false;
      // What has changed meanwhile comes again with its watch.
      if (result && *result == sync::Next::go_on) {
        queue_.done(taken->key, steady_clock::now());
      } else {
        queue_.failed(taken->key, steady_clock::now());
      }
      continue;
    }
    const auto next = may_act ? queue_.next_time() : std::nullopt;
    wake_.expires_at(next.value_or(steady_clock::time_point::max()));
    co_await wake_.async_wait(net::as_result);
  }
}

void WriteLoop::stop() {
  running_ = false;
  wake_.cancel();
}

void WriteLoop::touch(const std::string& key) {
  touch_after(key, {});
}

void WriteLoop::touch_after(const std::string& key, steady_clock::duration time) {
  const auto now = steady_clock::now();
  queue_.add_after(key, now + time, now);
  wake_.cancel();
}

}  // namespace everynode::reconciler
