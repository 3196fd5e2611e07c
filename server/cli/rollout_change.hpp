/// `everynode rollout pause`, `resume`, `promote`, `undo` and `retry`: a person steers a rollout.
#pragma once

#include <cstdint>
#include <string>

#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

enum class RolloutChange : std::uint8_t { pause, resume, promote, undo, retry };

enum class DryRun : std::uint8_t { none, server };

struct RolloutChangeSettings {
  RolloutChange change = RolloutChange::pause;
  inspection::Target target = {};
  std::string wave = {};         ///< to promote; empty: the one that is on hold
  std::int64_t to_revision = 0;  ///< of `undo`; 0: the one before the newest
  DryRun dry_run = DryRun::none;
};

/// Reads, decides and writes; begins anew, a few times, if somebody else was faster (409). Exit code 0: done, or there
/// was nothing to undo; 1: it cannot be, or the API server refuses; 2: the DaemonSet cannot be read.
int run_rollout_change(const RolloutChangeSettings& settings);

}  // namespace everynode::cli
