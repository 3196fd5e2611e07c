/// Looks at objects one after the other, each when something may have changed, and writes what has.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <string>

#include "everynode/protocol/work_queue.hpp"
#include "executor.hpp"

namespace everynode::reconciler {

/// Not thread-safe: lives on one event loop.
class WriteLoop {
 public:
  /// Looks at what has this key, and writes what has changed; `plan_again`: it is to be looked at again.
  using Write = std::function<Awaitable<sync::Result>(std::string key)>;

  /// `may_act`: whether anything may be written now. `interval`: between two looks at one key.
  WriteLoop(const boost::asio::any_io_executor& executor, std::chrono::milliseconds interval,
            std::function<bool()> may_act, Write write);

  /// Until `stop`.
  [[nodiscard]] Awaitable<void> run();
  void stop();
  [[nodiscard]] bool idle() const { return !writing_; }

  void touch(const std::string& key);
  /// The same when this time has passed.
  void touch_after(const std::string& key, std::chrono::steady_clock::duration time);
  /// What kept it from writing may be over.
  void wake() { wake_.cancel(); }

 private:
  std::function<bool()> may_act_;
  Write write_;
  protocol::WorkQueue queue_;
  boost::asio::steady_timer wake_;
  bool running_ = false;
  bool writing_ = false;
};

}  // namespace everynode::reconciler
