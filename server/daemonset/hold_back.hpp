/// What of a step has to wait because it has failed, so that the rest need not.
#pragma once

#include <optional>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

struct HeldBack {
  std::optional<objects::Time> until;  ///< when the first of them may be tried again
  bool briefly = false;                ///< one has failed a few times only: it may be a matter of a moment
};

/// Leaves those out whose objects are left in peace. Of the others those come first that have not failed.
HeldBack hold_back(std::vector<Action>& actions, const Snapshot& snapshot, objects::Time now);

}  // namespace everynode::daemonset
