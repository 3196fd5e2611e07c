/// A rate limit: tokens come at a steady rate, and up to a burst of them is kept.
#pragma once

#include <algorithm>
#include <chrono>

namespace everynode::protocol {

/// `Time` is any time point, not before its epoch: the bucket knows no clock.
template <class Time>
class TokenBucket {
 public:
  using Duration = typename Time::duration;

  /// Full at first: `burst` at once, then one each `interval`.
  TokenBucket(unsigned burst, Duration interval) : interval_(interval), room_(interval * static_cast<long>(burst)) {}

  /// Takes a token if there is one.
  [[nodiscard]] bool take(Time now) {
    if (full_at(now) + interval_ > now + room_) return false;
    full_at_ = full_at(now) + interval_;
    return true;
  }

  /// Takes a token in any case, and returns how long to wait for it.
  [[nodiscard]] Duration reserve(Time now) {
    full_at_ = full_at(now) + interval_;
    return std::max(Duration::zero(), full_at_ - room_ - now);
  }

  /// When the next token is available; this may be long ago.
  [[nodiscard]] Time next() const { return full_at_ + interval_ - room_; }
  [[nodiscard]] bool is_full(Time now) const { return full_at_ <= now; }

 private:
  [[nodiscard]] Time full_at(Time now) const { return std::max(full_at_, now); }

  Duration interval_;
  Duration room_;   ///< how long filling takes
  Time full_at_{};  ///< when the bucket is full if nobody takes a token
};

}  // namespace everynode::protocol
