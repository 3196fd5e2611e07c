#include "everynode/overlay/stamp.hpp"

#include <algorithm>

namespace everynode::overlay {

using Entry = std::pair<std::string_view, std::string_view>;

std::vector<Entry> entries_of(std::string_view stamp) {
  std::vector<Entry> entries;
  while (!stamp.empty()) {
    const std::string_view one = stamp.substr(0, stamp.find(','));
    const auto at = std::min(one.find('@'), one.size());
    entries.emplace_back(one.substr(0, at), one.substr(std::min(at + 1, one.size())));
    stamp.remove_prefix(std::min(one.size() + 1, stamp.size()));
  }
  return entries;
}

std::string stamp_beside(std::string_view written, const std::string& fitted) {
  if (written.empty() || written == fitted) return fitted;
  const std::vector<Entry> before = entries_of(written);
  const std::vector<Entry> now = entries_of(fitted);
  const bool says_all =
      std::ranges::all_of(now, [&](const Entry& one) { return std::ranges::find(before, one) != before.end(); });
  if (says_all) return std::string(written);
  std::string merged = fitted;
  for (const Entry& one : before) {
    if (std::ranges::find(now, one.first, &Entry::first) != now.end()) continue;
    merged.append(",").append(one.first).append("@").append(one.second);
  }
  return merged;
}

bool say_the_same(std::string_view one, std::string_view other) {
  if (one == other) return true;
  std::vector<Entry> a = entries_of(one);
  std::vector<Entry> b = entries_of(other);
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

}  // namespace everynode::overlay
