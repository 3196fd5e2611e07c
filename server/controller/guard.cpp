#include "everynode/controller/guard.hpp"

#include <algorithm>

namespace everynode::controller {

bool Guard::is_foreign_work(const core::DaemonPod& pod) {
  return pod.controller && !pod.creator.empty() && pod.name.starts_with(pod.controller->name + "-");
}

bool Guard::saw(const cache::Key& key, const core::DaemonPod& pod, Instant now) {
  if (leading_since_ == Instant::max() || now < leading_since_ + grace || !is_foreign_work(pod)) return false;
  const bool first = rival(key, now).empty();
  if (first) std::erase_if(signs_, [&](const auto& sign) { return now - sign.second.last > quiet_time; });
  signs_[key] = {.manager = pod.creator, .last = now};
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

}  // namespace everynode::controller
