/// How many writes of one DaemonSet may be in flight.
#pragma once

#include <cstddef>

namespace everynode::sync {

/// One at first, one more after each success, one again after a failure. A quota that is used up costs one refused
/// request, not thousands (requirement 6.3).
class Window {
 public:
  static constexpr std::size_t most = 64;

  [[nodiscard]] std::size_t size() const { return size_; }
  void succeeded() { size_ = size_ < most ? size_ + 1 : most; }
  void failed() { size_ = 1; }

 private:
  std::size_t size_ = 1;
};

}  // namespace everynode::sync
