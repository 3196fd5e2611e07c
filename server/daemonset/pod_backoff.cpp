#include "everynode/daemonset/pod_backoff.hpp"

#include <algorithm>
#include <utility>

namespace everynode::daemonset {

std::optional<objects::Time> PodBackoff::until(std::string_view node, objects::Time now) const {
  const auto found = waits_.find(node);
  if (found == waits_.end()) return std::nullopt;
  const objects::Time end = found->second.since + found->second.duration;
  return end > now ? std::optional(end) : std::nullopt;
}

bool PodBackoff::is_forgotten(const Wait& wait, objects::Time now) {
  return now - wait.since > forgotten_after;
}

bool PodBackoff::remembers(std::string_view node, objects::Time now) const {
  const auto found = waits_.find(node);
  return found != waits_.end() && !is_forgotten(found->second, now);
}

bool PodBackoff::remembers(std::string_view node, std::string_view revision, objects::Time now) const {
  return remembers(node, now) && waits_.find(node)->second.revision == revision;
}

void PodBackoff::replaced(std::string_view node, std::string revision, objects::Time now) {
  Wait& wait = waits_[std::string(node)];
  const bool fresh = wait.duration.count() == 0 || is_forgotten(wait, now);
  wait.duration = fresh ? first : std::min<std::chrono::seconds>(wait.duration * 2, longest);
  wait.since = now;
  wait.revision = std::move(revision);
}

void PodBackoff::generation(std::int64_t observed) {
  if (observed != generation_) waits_.clear();
  generation_ = observed;
}

void PodBackoff::sweep(objects::Time now) {
  std::erase_if(waits_, [&](const auto& entry) { return is_forgotten(entry.second, now); });
}

}  // namespace everynode::daemonset
