/// How often a DaemonSet may be planned.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace everynode::sync {

/// A plan walks all nodes. A few plans in a row are free; after that each is followed by a rest in proportion to the
/// nodes, so that plans take a bounded share of the time in a cluster of any size. Urgent plans need not wait for the
/// rest.
class PlanPace {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::microseconds rest_per_node{60};
  static constexpr std::chrono::milliseconds longest_rest{300};  ///< writes can wait this long
  static constexpr int in_a_row = 4;

  void planned(std::size_t nodes, Instant now) {
    const Duration rest = std::min<Duration>(nodes * rest_per_node, longest_rest);
    paid_ = std::min(std::max(paid_, now) + rest, now + in_a_row * rest);
    next_ = paid_ - (in_a_row - 1) * rest;
  }

  /// When the next plan may be made.
  [[nodiscard]] Instant next() const { return next_; }

 private:
  Instant paid_ = Instant::min();  ///< when all rests end
  Instant next_ = Instant::min();
};

}  // namespace everynode::sync
