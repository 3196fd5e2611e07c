#include "everynode/daemonset/authority.hpp"

namespace everynode::daemonset {

Authority authority_of(Mode mode, const objects::DaemonSet& daemon_set, const objects::RolloutPolicy* policy) {
  if (mode == Mode::takeover) return Authority::full;
  const bool served = policy != nullptr && why_not_served(mode, daemon_set).empty();
  return served ? Authority::companion : Authority::none;
}

std::string why_not_served(Mode mode, const objects::DaemonSet& daemon_set) {
  if (mode == Mode::takeover || !daemon_set.strategy.rolling) return {};
  const std::string surge = daemon_set.strategy.surges() ? " with maxSurge" : "";
  return daemon_set.name + " has updateStrategy RollingUpdate" + surge +
         ", so the in-tree controller rolls it out itself: set OnDelete, or start everynode reconciler with --mode "
         "takeover";
}

}  // namespace everynode::daemonset
