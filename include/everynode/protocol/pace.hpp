/// How fast requests may follow each other: without a limit until the API server answers 429.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace everynode::protocol {

/// After a 429 all requests wait for Retry-After, and then go on at half of the rate that was too fast. The rate then
/// grows steadily, and the limit ends when it is twice the rate that was too fast (AIMD, as in TCP).
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
  double too_fast_ = 0;  ///< the rate at the last 429
  Time grown_{};         ///< growth is included up to this time
  Time paused_until_{};
  Time free_{};  ///< the next free place
  Time second_{};
  std::uint64_t this_second_ = 0;
  std::uint64_t last_second_ = 0;
};

}  // namespace everynode::protocol
