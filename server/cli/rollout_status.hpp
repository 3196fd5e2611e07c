/// `everynode rollout status`: waits as `kubectl rollout status` does, also with OnDelete and for policies.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

struct RolloutStatusSettings {
  inspection::Target target;
  bool watch = true;                     ///< false: says how it goes, and ends
  std::chrono::milliseconds timeout{0};  ///< 0: none
  std::int64_t revision = 0;             ///< that must be rolled out; 0: any
};

/// How a rollout goes, in a line.
struct RolloutStatus {
  enum class Verdict : std::uint8_t {
    waits,   ///< it may become complete
    done,    ///< it is
    failed,  ///< it will not become complete by itself
  };
  Verdict verdict = Verdict::waits;
  std::string text;
};

/// In the words of kubectl's DaemonSetStatusViewer (Kubernetes 1.37), which knows neither OnDelete nor policies.
/// `revision` as in the settings.
[[nodiscard]] RolloutStatus rollout_status(const inspection::Inspection& inspection, std::int64_t revision);

/// Exit code 0: the rollout is complete, or with `watch` false: it has not failed; 1: it has failed, another revision
/// is rolled out, the timeout is over or the DaemonSet is deleted; 2: the DaemonSet cannot be read.
int run_rollout_status(const RolloutStatusSettings& settings);

}  // namespace everynode::cli
