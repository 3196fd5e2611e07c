/// How many writes of a DaemonSet begin before we have looked around for another controller.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>

namespace everynode::sync {

/// Another controller of a DaemonSet is not seen while there is nothing to do: it shows itself (`Guard`) when both of
/// us begin. So after a lull a DaemonSet's writes begin with a few, no more than one node in 200 needs, and go on when
/// we have looked around: for eight times as long as the first answer took, because whatever makes us slow makes the
/// other slow.
class Caution {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  static constexpr std::chrono::seconds lull{10};
  static constexpr std::size_t least = 5;  ///< writes
  static constexpr std::size_t share = 200;
  static constexpr int answers = 8;
  static constexpr std::chrono::milliseconds shortest{200};
  static constexpr std::chrono::milliseconds longest{1000};

  /// A write begins.
  void began(Instant now) {
    if (!last_ || now - *last_ >= lull) *this = Caution{now};
    last_ = now;
    ++begun_;
  }
  /// One has ended. Those that are refused do not count: they bring no second pod.
  void ended(bool succeeded, Instant now) {
    if (!succeeded && begun_ > 0) --begun_;
    if (last_ && !ends_) ends_ = since_ + std::clamp<Instant::duration>(answers * (now - since_), shortest, longest);
  }

  /// No more writes may begin before; max(): before one has ended.
  [[nodiscard]] Instant until(std::size_t nodes, Instant now) const {
    const bool calm = !last_ || now - *last_ >= lull;
    if (calm || begun_ < std::max(least, nodes / share)) return Instant::min();
    return ends_.value_or(Instant::max());
  }

  Caution() = default;

 private:
  explicit Caution(Instant since) : since_(since) {}

  Instant since_ = Instant::min();  ///< the first write after the lull
  std::optional<Instant> last_;
  std::optional<Instant> ends_;
  std::size_t begun_ = 0;
};

}  // namespace everynode::sync
