/// Why each node has, lacks, or waits for its pod: upstream does not report this.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/node_state.hpp"
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
  std::size_t in_trouble = 0;                     ///< nodes
  std::int64_t desired = 0;
  std::int64_t unavailable = 0;
  Budget budget;
  objects::DaemonSetStatus counters;  ///< the counters that the status should have, by the observed pods

  [[nodiscard]] std::size_t count(NodeState state) const { return counts[static_cast<std::size_t>(state)]; }
  /// Whether every node that should have a pod has an available one of the current revision, by the counters that
  /// `kubectl rollout status` uses. A node that has a pod but should have none is no reason to wait.
  [[nodiscard]] bool complete() const;
};

/// The same without words.
struct NodeInShort {
  std::string_view node;  ///< the snapshot's own
  NodeState state = NodeState::not_eligible;
  Trouble trouble = Trouble::none;

  bool operator==(const NodeInShort&) const = default;
};

/// A report of which only a few nodes are told in words: with thousands of nodes, words are most of what it costs.
struct Overview {
  Report report;                   ///< its nodes: of each state the first three, and of those in trouble
  std::vector<NodeInShort> nodes;  ///< all of them, as in the snapshot
};

using Nodes = std::map<std::string, objects::Node, std::less<>>;

/// The nodes whose condition Ready is not True, with the condition's lastTransitionTime; the epoch: it has none.
using NotReadyNodes = std::map<std::string, objects::Time, std::less<>>;

/// Whether the snapshot would tell of a refusal.
enum class Refusals : std::uint8_t { known, unknown };

/// Judges every node of the situation; `nodes` tells their labels and taints, `not_ready` those that are the cause of
/// what their pods lack.
[[nodiscard]] Report report(const Situation& situation, const Nodes& nodes, const NotReadyNodes& not_ready = {},
                            Refusals refusals = Refusals::known);
[[nodiscard]] Overview overview(const Situation& situation, const Nodes& nodes, const NotReadyNodes& not_ready = {},
                                Refusals refusals = Refusals::known);

/// Whether `kubectl rollout status` would end (kubectl's DaemonSetStatusViewer, Kubernetes 1.37): the controller has
/// seen this generation, and as many pods as are desired are updated and available.
[[nodiscard]] bool status_is_complete(const objects::DaemonSet& daemon_set);

}  // namespace everynode::daemonset
