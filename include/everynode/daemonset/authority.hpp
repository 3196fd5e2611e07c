/// What the reconciler may do for a DaemonSet: all that its controller may, or something beside its controller.
#pragma once

#include <cstdint>
#include <string>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::daemonset {

/// Who the cluster's DaemonSet controller is.
enum class Mode : std::uint8_t {
  takeover,   ///< the reconciler
  companion,  ///< the in-tree one, and the reconciler beside it
};

enum class Authority : std::uint8_t {
  none,       ///< nothing
  companion,  ///< delete pods of old revisions, as the policy says
  full,       ///< all that the in-tree controller may
};

/// `policy`: the one that serves the DaemonSet; null: none does.
[[nodiscard]] Authority authority_of(Mode mode, const objects::DaemonSet& daemon_set,
                                     const objects::RolloutPolicy* policy);

/// Why a policy cannot serve the DaemonSet, and what to do about it; empty if it can.
[[nodiscard]] std::string why_not_served(Mode mode, const objects::DaemonSet& daemon_set);

}  // namespace everynode::daemonset
