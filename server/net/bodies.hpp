/// The budget for the bodies of all requests in flight, which all workers share. Private to `net`.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace everynode::net {

/// Thread-safe.
class Bodies {
 public:
  explicit Bodies(std::size_t most) : most_(most) {}

  /// Reserves so many bytes; false: there is no room for them.
  [[nodiscard]] bool take(std::size_t bytes) {
    std::size_t taken = taken_;
    do {
      if (taken + bytes > most_) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + bytes));
    return true;
  }

  /// Counts bytes that are in memory already, even if there is no room for them.
  void add(std::size_t bytes) { taken_ += bytes; }
  void give_back(std::size_t bytes) { taken_ -= bytes; }

 private:
  std::size_t most_;
  std::atomic<std::size_t> taken_ = 0;
};

}  // namespace everynode::net
