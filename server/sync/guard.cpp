#include "everynode/sync/guard.hpp"

#include <algorithm>

namespace everynode::sync {

bool Guard::is_foreign_work(const objects::DaemonPod& pod) {
  return pod.controller && !pod.creator.empty() && pod.name.starts_with(pod.controller->name + "-");
}

bool Guard::saw(const cache::Key& key, const objects::DaemonPod& pod, Instant now) {
  return may_judge(now) && is_foreign_work(pod) && note(key, pod.creator, now);
}

bool Guard::saw(const cache::Key& key, const objects::StatusWrite& last, Instant now) {
  const auto [known, fresh] = status_writes_.try_emplace(key, last);
  if (fresh || known->second == last) return false;
  known->second = last;
  return may_judge(now) && !last.manager.empty() && note(key, last.manager, now);
}

bool Guard::may_judge(Instant now) const {
  return leading_since_ != Instant::max() && now >= leading_since_ + grace;
}

bool Guard::note(const cache::Key& key, const std::string& manager, Instant now) {
  const bool first = rival(key, now).empty();
  if (first) std::erase_if(signs_, [&](const auto& sign) { return now - sign.second.last > quiet_time; });
  signs_[key] = {.manager = manager, .last = now};
  return first;
}

std::string Guard::rival(const cache::Key& key, Instant now) const {
  const auto found = signs_.find(key);
  return found == signs_.end() || now - found->second.last > quiet_time ? std::string{} : found->second.manager;
}

std::size_t Guard::rivalled(Instant now) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(signs_, [&](const auto& sign) { return now - sign.second.last <= quiet_time; }));
}

}  // namespace everynode::sync
