/// The actions of one DaemonSet that are in flight: how many may be, and what may follow them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <vector>

#include "everynode/daemonset/plan.hpp"

namespace everynode::reconciler {

/// How many writes of one DaemonSet may be on their way: one at first, one more with each success, one again after a
/// failure. A quota that is used up costs one refused request, not thousands (daemonset-controller.md 6.3).
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

/// What has become of a DaemonSet's actions since none of them was in flight.
struct InFlight {
  InFlight(const boost::asio::any_io_executor& executor, Window& allowed) : window(allowed), one_ended(executor) {}

  Window& window;
  std::size_t count = 0;                ///< now
  bool failed = false;                  ///< one was refused or got no answer: no more are to be begun
  std::vector<daemonset::Action> done;  ///< have ended without a problem
  boost::asio::steady_timer one_ended;
};

/// Leaves of a plan what may begin now. After a failure that is nothing. While pods' creations are in flight it is more
/// of them, if the plan has nothing else: a roll, say, depends on what they bring.
void hold_back(daemonset::Plan& plan, const InFlight& in_flight);

/// The plan would do again what was done: it would go on so, as fast as it can.
[[nodiscard]] bool repeats(const daemonset::Plan& plan, const InFlight& in_flight);

}  // namespace everynode::reconciler
