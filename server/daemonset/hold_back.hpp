/// What of a step has to wait because it has failed, or does not last, so that the rest need not.
#pragma once

#include <optional>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

struct HeldBack {
  std::optional<objects::Time> until;  ///< when the first of them may be tried again
  bool briefly = false;                ///< one has failed only a few times: the cause may be a passing one
};

/// Removes actions whose objects must not be tried yet. Of the rest, objects that have not failed come first.
HeldBack hold_back(std::vector<Action>& actions, const Snapshot& snapshot, objects::Time now);

}  // namespace everynode::daemonset
