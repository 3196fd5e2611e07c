/// Where a DaemonSet's pods belong, for one node at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/objects/affinity.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

/// A pod template's rules about nodes. Texts are views into the object that keeps the template.
struct SchedulingRules {
  std::string_view node_name;  ///< spec.nodeName; empty: any
  std::vector<std::pair<std::string_view, std::string_view>> node_selector;
  std::optional<NodeSelector> required;  ///< required node affinity
  Tolerations tolerations;               ///< the pods' tolerations: the template's with the defaults merged in
};

/// Why a node is not eligible: the first reason that applies, in this order. Those behind `taint` are switches
/// (eligibility.hpp).
enum class Misfit : std::uint8_t {
  none,
  node_name,
  node_selector,
  node_affinity,
  taint,
  excluded,
  virtual_node,
  cordoned,
  not_understood,  ///< a switch that nobody understands; the node counts as without it, and is held
};

/// Whether the pods of a DaemonSet belong on the node (section 2 of the requirements).
struct Placement {
  bool should_run = false;       ///< a pod should be created
  bool should_continue = false;  ///< an existing pod may stay
  Misfit misfit = Misfit::none;
  bool held = false;  ///< no pod is created, replaced or deleted here

  bool operator==(const Placement&) const = default;
};

/// Decides for one node. Only labels, taints and the name count: not conditions, not capacity, not other pods.
[[nodiscard]] Placement place(const SchedulingRules& rules, const Node& node);

/// For people: which selector or taint keeps the pod from the node, e.g. `taint gpu=true:NoSchedule is not tolerated`.
/// Empty for a node that fits.
[[nodiscard]] std::string explain_misfit(const SchedulingRules& rules, const Node& node);

/// True if the node satisfies one of the terms. A term with a requirement that is not valid matches no node
/// (requirements 2.6 and 2.7).
[[nodiscard]] bool matches(const NodeSelector& selector, const Node& node);

/// The tolerations of a daemon pod: the template's, with the defaults merged in (section 3 of the requirements). A
/// default takes the place of each toleration that is the same but for its seconds.
[[nodiscard]] Tolerations with_defaults(Tolerations tolerations, bool host_network);

}  // namespace everynode::objects
