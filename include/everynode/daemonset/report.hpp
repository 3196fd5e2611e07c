/// Why each node has, has not, or waits for its pod: what upstream cannot tell.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/judge.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "everynode/daemonset/situation.hpp"
#include "everynode/objects/node.hpp"

namespace everynode::daemonset {

struct NodeReport {
  std::string node;
  NodeState state = NodeState::not_eligible;
  std::string pod;  ///< empty: there is none
  std::string why;  ///< for people; empty if there is nothing to add
  Trouble trouble = Trouble::none;

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

using Nodes = std::map<std::string, objects::Node, std::less<>>;

/// Judges every node of the situation; `nodes` tells their labels and taints.
[[nodiscard]] Report report(const Situation& situation, const Nodes& nodes);

}  // namespace everynode::daemonset
