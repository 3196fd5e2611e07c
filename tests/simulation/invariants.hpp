/// What must be true of each plan, and of a settled cluster. Each invariant throws Violation.
#pragma once

#include <stdexcept>
#include <string>

#include "everynode/daemonset/plan.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

struct Violation : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws Violation, which names the law, unless it holds.
inline void require(bool holds, const std::string& law) {
  if (!holds) throw Violation(law);
}

/// A plan wants at most one pod on a node (two during a surge), keeps to its budget and restarts no pod needlessly.
void check_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now);

/// One pod of the newest revision on each eligible node, none elsewhere; a clean history; an exact status.
/// `only_newest`: no pods from others have been adopted.
void check_daemon_set(const SimulatedApi& api, const objects::DaemonSet& set, bool only_newest, objects::Time now);

}  // namespace everynode::simulation
