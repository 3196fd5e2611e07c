/// How long to wait after a failure, so that clients that fail together do not return together.
#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace everynode::protocol {

/// Decorrelated jitter: each wait is random between the base and three times the last one.
class Backoff {
 public:
  struct Limits {
    std::chrono::milliseconds base{100};
    std::chrono::milliseconds cap{30'000};
  };

  explicit Backoff(std::uint64_t seed, Limits limits);

  [[nodiscard]] std::chrono::milliseconds next();

  /// Call it after a success: the next wait is short again.
  void reset() { last_ = limits_.base; }

  [[nodiscard]] std::chrono::milliseconds cap() const { return limits_.cap; }

 private:
  Limits limits_;
  std::chrono::milliseconds last_;
  std::minstd_rand random_;
};

/// min(base * 2^failures, cap), without overflow.
[[nodiscard]] std::chrono::nanoseconds exponential(std::chrono::nanoseconds base, unsigned failures,
                                                   std::chrono::nanoseconds cap);

}  // namespace everynode::protocol
