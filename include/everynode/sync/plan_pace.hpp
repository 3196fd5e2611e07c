/// How often a DaemonSet may be planned.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

namespace everynode::sync {

/// A plan walks all nodes. A few in a row are free; then each is followed by a rest in proportion to the nodes, so that
/// plans cost a bounded part of the time, whatever the size of the cluster. What is urgent need not wait for it.
class PlanPace {
 public:
  using Instant = std::chrono::steady_clock::time_point;
  using Duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::microseconds rest_per_node{60};
  static constexpr std::chrono::milliseconds longest_rest{300};  ///< what must be written can wait so long
  static constexpr int in_a_row = 4;

  void planned(std::size_t nodes, Instant now) {
    const Duration rest = std::min<Duration>(nodes * rest_per_node, longest_rest);
    paid_ = std::min(std::max(paid_, now) + rest, now + in_a_row * rest);
    next_ = paid_ - (in_a_row - 1) * rest;
  }

  /// When the next plan may be made.
  [[nodiscard]] Instant next() const { return next_; }

 private:
  Instant paid_ = Instant::min();  ///< when all rests will be over
  Instant next_ = Instant::min();
};

}  // namespace everynode::sync
