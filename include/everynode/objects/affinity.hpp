/// Required node affinity, as in `v1.NodeAffinity`. We do not read preferred terms: they never decide where a pod may
/// run.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace everynode::objects {

struct NodeSelectorRequirement {
  std::string_view key;
  std::string_view op;  ///< "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"
  std::vector<std::string_view> values;

  bool operator==(const NodeSelectorRequirement&) const = default;
};

/// All requirements of a term are ANDed. An absent or null list is nullopt: a patch must create it before it can add to
/// it.
struct NodeSelectorTerm {
  std::optional<std::vector<NodeSelectorRequirement>> match_expressions;
  std::optional<std::vector<NodeSelectorRequirement>> match_fields;

  bool operator==(const NodeSelectorTerm&) const = default;

  /// A term without any requirement matches no node (requirement 2.5).
  [[nodiscard]] bool matches_nothing() const;
};

/// Terms are ORed.
struct NodeSelector {
  std::optional<std::vector<NodeSelectorTerm>> terms;

  bool operator==(const NodeSelector&) const = default;
};

struct NodeAffinity {
  std::optional<NodeSelector> required;  ///< requiredDuringSchedulingIgnoredDuringExecution

  bool operator==(const NodeAffinity&) const = default;
};

struct Affinity {
  std::optional<NodeAffinity> node_affinity;

  bool operator==(const Affinity&) const = default;
};

/// The only field that matchFields can select by.
inline constexpr std::string_view metadata_name = "metadata.name";

/// The node that the requirement names if it is `metadata.name In [node]`; else empty.
[[nodiscard]] std::string_view only_node(const NodeSelectorRequirement& requirement);

/// The required terms of an affinity; empty if any part of the path to them is missing.
[[nodiscard]] const std::vector<NodeSelectorTerm>& required_terms(const std::optional<Affinity>& affinity);

}  // namespace everynode::objects
