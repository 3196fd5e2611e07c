/// What a person may want of a rollout as it is now, each with the command that does it.
#pragma once

#include <string>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/inspection/inspector.hpp"
#include "everynode/sync/steer.hpp"

namespace everynode::inspection {

struct Offer {
  sync::Wish wish;
  std::string command;  ///< for a shell: `everynode rollout ...`, or `kubectl everynode rollout ...`
};

/// Those that a policy gives: to pause or to resume it, to promote the wave that is on hold, to retry the revision that
/// was rolled back. They name the revision, and the wave, that this state has. None, if no policy serves the DaemonSet.
[[nodiscard]] std::vector<Offer> offers_of(const Inspection& inspection, const Target& target);

[[nodiscard]] std::string command_of(const sync::Wish& wish, const cache::Key& daemon_set, const Target& target);

}  // namespace everynode::inspection
