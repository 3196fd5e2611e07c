/// Counts rejected clients by reason, so that the log gives the reasons without a line per client.
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
  /// Counts a handshake that failed. Load balancers connect and close again: a few of those are not worth a line.
  void count_handshake();

  /// What to log now, e.g. "evicted=12 400=3, most from 10.0.0.7": the first rejection at once, then at most every ten
  /// seconds everything since the last line.
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
