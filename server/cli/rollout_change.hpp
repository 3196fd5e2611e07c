/// `everynode rollout pause`, `resume`, `promote`, `undo` and `retry`: a person steers a rollout.
#pragma once

#include "everynode/inspection/inspector.hpp"
#include "everynode/inspection/steer.hpp"

namespace everynode::cli {

struct RolloutChangeSettings {
  sync::Wish wish = {};
  inspection::Target target = {};
  inspection::DryRun dry_run = inspection::DryRun::none;
};

/// Prints what was done. Exit code 0: done, or there was nothing to undo; 1: it cannot be, or the API server refuses;
/// 2: the DaemonSet cannot be read.
int run_rollout_change(const RolloutChangeSettings& settings);

}  // namespace everynode::cli
