/// The rolling update: which pods of older revisions go now, and where a surge puts a second one
/// (daemonset-controller.md 10).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "everynode/core/action.hpp"
#include "everynode/core/history.hpp"
#include "everynode/core/snapshot.hpp"

namespace everynode::core {

/// How many nodes may be without an available pod, or have two pods, at one time.
struct Budget {
  std::int64_t max_unavailable = 0;
  std::int64_t max_surge = 0;

  bool operator==(const Budget&) const = default;
};

/// daemonset-controller.md 10.1. `desired`: nodes that should run a pod.
[[nodiscard]] Budget budget_of(const UpdateStrategy& strategy, std::int64_t desired);

struct RolloutStep {
  std::vector<Action> actions;
  std::optional<Time> again_at;  ///< when the next new pod becomes available by time alone
};

/// The next step; nothing for OnDelete.
[[nodiscard]] RolloutStep roll(const Snapshot& snapshot, std::string_view hash, Time now);

}  // namespace everynode::core
