/// How fast requests may follow each other: as fast as they like, until the API server says that it is too fast.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace everynode::protocol {

/// After a 429 all requests wait for Retry-After, and then go on at half the rate that was too fast. The rate grows
/// again steadily, and the limit falls away once it is twice what was too fast (AIMD, as TCP does it).
class Pace {
 public:
  using Time = std::chrono::steady_clock::time_point;

  /// Takes the next place in the queue: when the request may be sent, `now` or later.
  [[nodiscard]] Time next(Time now);

  /// Takes note of an answer.
  void answered(Time now, unsigned status, std::optional<std::chrono::seconds> retry_after);

  /// Requests per second; nullopt without a limit.
  [[nodiscard]] std::optional<double> rate() const { return rate_; }

 private:
  void slow_down(Time now, std::chrono::seconds pause);
  void grow(Time now);
  void count(Time now);

  std::optional<double> rate_;
  double too_fast_ = 0;  ///< the rate at which the last 429 came
  Time grown_{};         ///< up to when the rate has grown
  Time paused_until_{};
  Time free_{};  ///< when the next place is
  Time second_{};
  std::uint64_t this_second_ = 0;
  std::uint64_t last_second_ = 0;
};

}  // namespace everynode::protocol
