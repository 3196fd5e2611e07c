#include "rejection_log.hpp"

#include <algorithm>
#include <utility>

namespace everynode::webhook {
namespace {

constexpr std::chrono::seconds pause{10};
constexpr std::uint64_t many_handshakes = 100;

/// Clients cannot make us remember more addresses than this.
constexpr std::size_t most_addresses = 1000;

}  // namespace

void RejectionLog::count(std::string_view reason, const std::string& from) {
  const std::lock_guard lock(mutex_);
  ++reasons_[std::string(reason)];
  if (!from.empty() && (addresses_.size() < most_addresses || addresses_.contains(from))) ++addresses_[from];
}

void RejectionLog::count_handshake() {
  const std::lock_guard lock(mutex_);
  ++handshakes_;
}

std::optional<std::string> RejectionLog::due(Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  if (announced_ && now < *announced_ + pause) return std::nullopt;
  const std::uint64_t handshakes = std::exchange(handshakes_, 0);
  if (handshakes >= many_handshakes) reasons_["handshake_failed"] = handshakes;
  if (reasons_.empty()) return std::nullopt;
  std::string text;
  for (const auto& [reason, count] : reasons_) {
    if (!text.empty()) text += ' ';
    text += reason + "=" + std::to_string(count);
  }
  const auto most = std::ranges::max_element(addresses_, {}, &Counts::value_type::second);
  if (most != addresses_.end()) text += ", most from " + most->first;
  reasons_.clear();
  addresses_.clear();
  announced_ = now;
  return text;
}

}  // namespace everynode::webhook
