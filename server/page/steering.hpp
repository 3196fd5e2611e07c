/// Changes rollouts for the page. Private to `page`.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <utility>

#include "everynode/dashboard/routes.hpp"
#include "everynode/http/answer.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::page {

/// Each change waits for several answers of the API server, so it is made beside the page's loop. The destructor waits
/// for what is under way: each request gives up after ten seconds.
class Steering {
 public:
  explicit Steering(inspection::Target target) : target_(std::move(target)) {}
  ~Steering();
  Steering(const Steering&) = delete;
  Steering& operator=(const Steering&) = delete;

  /// {"done": "...", "warnings": ["..."]}, or {"refused": "why", "warnings": [...]}: what the command line would print.
  /// 429 if too many are under way. Each change is told on standard error.
  [[nodiscard]] http::Answer operator()(const dashboard::AskSteer& ask);

 private:
  inspection::Target target_;
  std::atomic<int> under_way_ = 0;
  boost::asio::thread_pool threads_{2};
};

}  // namespace everynode::page
