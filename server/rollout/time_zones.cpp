#include "everynode/rollout/time_zones.hpp"

#include <algorithm>
#include <array>

namespace everynode::rollout {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

void TimeZones::learn(const objects::RolloutPolicy& policy) {
  for (const objects::Window& window : policy.windows) {
    if (!load_ || !may_be_zone(window.time_zone) || known_.contains(window.time_zone)) continue;
    if (TimeZone loaded = load_(window.time_zone)) known_.emplace(window.time_zone, std::move(loaded));
  }
}

const cctz::time_zone* TimeZones::find(std::string_view name) const {
  const auto found = known_.find(name);
  return found == known_.end() ? nullptr : found->second.get();
}

bool may_be_zone(std::string_view name) {
  constexpr std::array<std::string_view, 4> none{"localtime", "Local", "local", "posixrules"};
  constexpr std::size_t longest = 64;
  if (name.empty() || name.size() > longest || std::ranges::find(none, name) != none.end()) return false;
  bool begins = true;  // a part between slashes
  for (const char c : name) {
    const bool follows = c == '/' || c == '_' || c == '+' || c == '-';
    if (!is_letter_or_digit(c) && (begins || !follows)) return false;
    begins = c == '/';
  }
  return !begins;
}

}  // namespace everynode::rollout
