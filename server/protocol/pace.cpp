#include "everynode/protocol/pace.hpp"

#include <algorithm>

namespace everynode::protocol {
namespace {

using std::chrono::seconds;

constexpr seconds default_pause{1};
/// A proxy that answers "in an hour" must not stop us for an hour.
constexpr seconds longest_pause{60};
/// Half of the in-tree controller's default: if this is too fast for a server, others keep it busy.
constexpr double slowest = 10;
/// Each second the rate grows by this share of the rate that was too fast.
constexpr double growth = 0.1;

Pace::Time::duration after(double seconds_) {
  return std::chrono::duration_cast<Pace::Time::duration>(std::chrono::duration<double>(seconds_));
}

}  // namespace

Pace::Time Pace::next(Time now) {
  grow(now);
  Time at = std::max(now, paused_until_);
  if (rate_) {
    at = std::max(at, free_);
    free_ = at + after(1 / *rate_);
  }
  count(at);
  return at;
}

void Pace::answered(Time now, unsigned status, std::optional<seconds> retry_after) {
  if (status != 429) return;
  slow_down(now, std::clamp(retry_after.value_or(default_pause), seconds(0), longest_pause));
}

void Pace::slow_down(Time now, seconds pause) {
  // Requests that were sent before the first 429 bring more of them, for the same reason.
  const bool known = now < paused_until_ || (rate_ && now < grown_ + default_pause);
  paused_until_ = std::max(paused_until_, now + pause);
  if (known) return;
  too_fast_ = std::max({slowest, static_cast<double>(std::max(this_second_, last_second_)), rate_.value_or(0)});
  rate_ = std::max(slowest, too_fast_ / 2);
  grown_ = paused_until_;
  free_ = paused_until_;
}

void Pace::grow(Time now) {
  if (!rate_ || now <= grown_) return;
  *rate_ += too_fast_ * growth * std::chrono::duration<double>(now - grown_).count();
  grown_ = now;
  if (*rate_ > 2 * too_fast_) rate_.reset();
}

void Pace::count(Time now) {
  const auto passed = now - second_;
  if (passed >= seconds(1)) {
    last_second_ = passed < seconds(2) ? this_second_ : 0;
    this_second_ = 0;
    second_ = now;
  }
  ++this_second_;
}

}  // namespace everynode::protocol
