/// A histogram of durations: constant memory, constant time, quantiles exact to one part in 128, from 1 ns to
/// centuries.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace everynode::support {

class Histogram {
 public:
  void record(std::chrono::nanoseconds duration) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(duration.count(), 0));
    ++buckets_[bucket_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }

  [[nodiscard]] std::uint64_t count() const { return count_; }

  [[nodiscard]] std::chrono::nanoseconds max() const { return nanoseconds(max_); }

  /// The duration that a share `quantile` (0 to 1) of the recorded durations do not exceed; zero if there are none.
  [[nodiscard]] std::chrono::nanoseconds quantile(double quantile) const {
    const double wanted = std::ceil(quantile * static_cast<double>(count_));
    const auto rank = std::clamp<std::uint64_t>(static_cast<std::uint64_t>(std::max(wanted, 1.0)), 1,
                                                std::max<std::uint64_t>(count_, 1));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets_.size(); ++bucket) {
      seen += buckets_[bucket];
      if (seen >= rank) return nanoseconds(std::min(upper_edge(bucket), max_));
    }
    return nanoseconds(max_);
  }

 private:
  // Below 128 a bucket holds one value. Above, each power of two is divided into 128 buckets of equal width.
  static constexpr unsigned kPrecisionBits = 7;
  static constexpr std::size_t kCuts = std::size_t{1} << kPrecisionBits;
  static constexpr std::size_t kBuckets = (64 - kPrecisionBits) * kCuts;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < kCuts) return static_cast<std::size_t>(value);
    const auto shift = static_cast<unsigned>(std::bit_width(value)) - kPrecisionBits - 1;
    return (shift * kCuts) + static_cast<std::size_t>(value >> shift);
  }

  static std::uint64_t upper_edge(std::size_t bucket) {
    if (bucket < kCuts) return bucket;
    const std::size_t shift = (bucket / kCuts) - 1;
    const std::uint64_t top_bits = kCuts + (bucket % kCuts);
    return ((top_bits + 1) << shift) - 1;
  }

  static std::chrono::nanoseconds nanoseconds(std::uint64_t value) {
    return std::chrono::nanoseconds(static_cast<std::int64_t>(value));
  }

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace everynode::support
