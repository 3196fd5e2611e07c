#include "everynode/daemonset/retries.hpp"

#include <algorithm>

namespace everynode::daemonset {

void Retries::failed(std::string_view object, objects::Time now) {
  std::erase_if(waits_, [&](const auto& entry) { return now - entry.second.since > forgotten_after; });
  Wait& wait = waits_[std::string(object)];
  ++wait.failures;
  wait.since = now;
}

void Retries::succeeded(std::string_view object) {
  if (const auto found = waits_.find(object); found != waits_.end()) waits_.erase(found);
}

objects::Time Retries::end_of(const Wait& wait) {
  constexpr unsigned most_doublings = 10;
  static_assert(first * (1U << most_doublings) > longest);
  const auto duration = first * (1U << std::min(wait.failures - 1, most_doublings));
  return wait.since + std::min<objects::Time::duration>(duration, longest);
}

std::optional<objects::Time> Retries::until(std::string_view object, objects::Time now) const {
  const auto found = waits_.find(object);
  if (found == waits_.end()) return std::nullopt;
  const objects::Time end = end_of(found->second);
  const bool clock_went_back = now < found->second.since;
  return end > now && !clock_went_back ? std::optional(end) : std::nullopt;
}

unsigned Retries::failures(std::string_view object) const {
  const auto found = waits_.find(object);
  return found == waits_.end() ? 0 : found->second.failures;
}

}  // namespace everynode::daemonset
