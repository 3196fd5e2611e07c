#include "everynode/app/turned_away.hpp"

#include <utility>

namespace everynode::app {
namespace {

constexpr std::chrono::seconds pause{10};
constexpr std::uint64_t many_handshakes = 100;

}  // namespace

void TurnedAway::count(std::string_view reason) {
  const std::lock_guard lock(mutex_);
  const auto found = reasons_.find(reason);
  if (found == reasons_.end()) {
    reasons_.emplace(reason, 1);
  } else {
    ++found->second;
  }
}

void TurnedAway::count_handshake() {
  const std::lock_guard lock(mutex_);
  ++handshakes_;
}

std::optional<std::string> TurnedAway::due(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (told_ && now < *told_ + pause) return std::nullopt;
  const std::uint64_t handshakes = std::exchange(handshakes_, 0);
  if (handshakes >= many_handshakes) reasons_["handshake_failed"] = handshakes;
  if (reasons_.empty()) return std::nullopt;
  std::string text;
  for (const auto& [reason, count] : reasons_) {
    if (!text.empty()) text += ' ';
    text += reason + "=" + std::to_string(count);
  }
  reasons_.clear();
  told_ = now;
  return text;
}

}  // namespace everynode::app
