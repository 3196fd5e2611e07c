/// Why each node has, has not, or waits for its pod: what upstream cannot tell.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/core/node.hpp"
#include "everynode/core/rollout.hpp"
#include "everynode/core/snapshot.hpp"

namespace everynode::core {

/// From "all is well" to "nothing is meant to be here".
enum class NodeState : std::uint8_t {
  updated,       ///< has an available pod of the current revision
  outdated,      ///< has an available pod of an older one
  starting,      ///< has a pod that is not ready or not available yet
  failing,       ///< its pod has failed and is replaced when its wait is over
  leaving,       ///< its pod is being deleted
  missing,       ///< should have a pod
  misscheduled,  ///< has a pod that should not be there, or may only stay
  not_eligible,  ///< has none and should have none
};
inline constexpr std::size_t node_states = 8;

/// "updated", "outdated", ..., "not eligible".
[[nodiscard]] std::string_view name_of(NodeState state);

struct NodeReport {
  std::string node;
  NodeState state = NodeState::not_eligible;
  std::string pod;  ///< empty: there is none
  std::string why;  ///< for people; empty if there is nothing to add

  bool operator==(const NodeReport&) const = default;
};

struct Report {
  std::vector<NodeReport> nodes;                  ///< by name
  std::array<std::size_t, node_states> counts{};  ///< by state
  std::int64_t desired = 0;
  std::int64_t unavailable = 0;
  Budget budget;

  [[nodiscard]] std::size_t count(NodeState state) const { return counts[static_cast<std::size_t>(state)]; }
  /// Every node that should has an available pod of the current revision, and no other has one.
  [[nodiscard]] bool complete() const;
};

using Nodes = std::map<std::string, Node, std::less<>>;

/// Judges every node of the snapshot; `nodes` tells their labels and taints.
[[nodiscard]] Report report(const Snapshot& snapshot, const Nodes& nodes, std::string_view hash, Time now);

}  // namespace everynode::core
