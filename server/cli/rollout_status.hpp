/// `everynode rollout status`: waits as `kubectl rollout status` does, also with OnDelete and for policies.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

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

/// Why `revision` (the name of a ControllerRevision) failed, if it was rolled back; nullopt: it was not, or nobody
/// knows.
[[nodiscard]] std::optional<std::string> rolled_back(const inspection::Inspection& inspection,
                                                     std::string_view revision);

/// Which revision somebody follows who waits for a rollout to end: the one that is rolled out, and not the one that is
/// put back in its place.
class Followed {
 public:
  void see(const inspection::Inspection& inspection);
  /// The name of its ControllerRevision; empty: none was seen.
  [[nodiscard]] const std::string& revision() const { return revision_; }

 private:
  std::string revision_;
  std::string before_;  ///< what was last complete meanwhile
};

/// Exit code 0: the rollout is complete, or with `watch` false: it has not failed; 1: it has failed, another revision
/// is rolled out, the timeout is over or the DaemonSet is deleted; 2: the DaemonSet cannot be read. A server that asks
/// for patience gets it; with `watch` false for a quarter of a minute.
int run_rollout_status(const RolloutStatusSettings& settings);

}  // namespace everynode::cli
