/// How many writes of one DaemonSet may be on their way.
#pragma once

#include <cstddef>

namespace everynode::sync {

/// One at first, one more with each success, one again after a failure. A quota that is used up costs one refused
/// request, not thousands (daemonset-controller.md 6.3).
class Window {
 public:
  static constexpr std::size_t most = 64;

  [[nodiscard]] std::size_t size() const { return size_; }
  /// Which of `count` actions comes first: another one after each failure, so that one that always fails does not keep
  /// the others from their turn.
  [[nodiscard]] std::size_t first_of(std::size_t count) const { return count == 0 ? 0 : failures_ % count; }

  void succeeded() { size_ = size_ < most ? size_ + 1 : most; }
  void failed() {
    size_ = 1;
    ++failures_;
  }

 private:
  std::size_t size_ = 1;
  std::size_t failures_ = 0;
};

}  // namespace everynode::sync
