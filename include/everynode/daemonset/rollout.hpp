/// The rolling update: which pods of older revisions go now, and where a surge puts a second one
/// (section 10 of the requirements).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

/// How many nodes may be without an available pod, or have two pods, at one time.
struct Budget {
  std::int64_t max_unavailable = 0;
  std::int64_t max_surge = 0;

  bool operator==(const Budget&) const = default;
};

/// How many pods a rollout may take away or add (requirement 10.1). `desired`: nodes that should run a pod.
[[nodiscard]] Budget budget_of(const objects::UpdateStrategy& strategy, std::int64_t desired);

/// The same for a DaemonSet that a policy may serve. The policy's maxUnavailable takes the place of the DaemonSet's
/// own, or of its maxSurge.
[[nodiscard]] Budget budget_of(const Snapshot& snapshot, std::int64_t desired);

/// The wave that the policy is at has a budget of its own.
struct WaveBudget {
  std::int64_t most = 0;  ///< nodes of the wave without an available pod, or with two pods
  std::string wave;       ///< its name
};

/// nullopt: there is no policy, or its wave has none.
[[nodiscard]] std::optional<WaveBudget> wave_budget(const Situation& situation);

/// Whether the node is of the wave that the policy is at. `index`: of the node in the situation.
[[nodiscard]] bool is_in_wave(const Situation& situation, std::size_t index);

struct RolloutStep {
  std::vector<Action> actions;
  std::optional<objects::Time> again_at;  ///< when the next new pod becomes available by time alone
};

/// The next step; without a policy nothing for OnDelete. Where not all nodes have room in the budget, those come first
/// whose names do. With a policy only nodes of open waves count.
[[nodiscard]] RolloutStep roll(const Situation& situation);

}  // namespace everynode::daemonset
