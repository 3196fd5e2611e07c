/// Clients that were turned away, counted by reason, so that the log says why without a line for each.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::webhook {

/// Thread-safe.
class RejectionLog {
 public:
  using Clock = std::chrono::steady_clock;

  /// `from`: the client's address, if that is known.
  void count(std::string_view reason, const std::string& from = {});
  /// A handshake that failed. Load balancers knock and go away: a few of those are no news.
  void count_handshake();

  /// What is to be told now, as "evicted=12 400=3, most from 10.0.0.7": at once when there is something for the first
  /// time, then at most every ten seconds, all that came in between.
  [[nodiscard]] std::optional<std::string> due(Clock::time_point now);

 private:
  using Counts = std::map<std::string, std::uint64_t>;

  std::mutex mutex_;
  Counts reasons_;
  Counts addresses_;
  std::uint64_t handshakes_ = 0;
  std::optional<Clock::time_point> announced_;
};

}  // namespace everynode::webhook
