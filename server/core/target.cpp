#include "everynode/core/target.hpp"

#include "everynode/core/validation.hpp"

namespace everynode::core {
namespace {

using Requirements = std::optional<std::vector<NodeSelectorRequirement>>;

/// The first requirement, in the order of terms, whose list (`matchFields` or `matchExpressions`) names one node.
const std::string* first_only_node(const Pod& pod, Requirements NodeSelectorTerm::* list) {
  for (const NodeSelectorTerm& term : required_terms(pod.spec.affinity)) {
    if (!(term.*list)) continue;
    for (const NodeSelectorRequirement& requirement : *(term.*list)) {
      const std::string* node = only_node(requirement);
      if (node != nullptr && is_subdomain(*node)) return node;
    }
  }
  return nullptr;
}

}  // namespace

std::string_view name_of(TargetSource source) {
  switch (source) {
    case TargetSource::node_name: return "spec.nodeName";
    case TargetSource::match_fields: return "matchFields";
    case TargetSource::annotation: return "annotation everynode.dev/node";
    case TargetSource::match_expressions: return "matchExpressions";
  }
  return "";
}

std::optional<Target> target_of(const Pod& pod) {
  if (!pod.spec.node_name.empty()) return Target{pod.spec.node_name, TargetSource::node_name};
  if (const auto* node = first_only_node(pod, &NodeSelectorTerm::match_fields)) {
    return Target{*node, TargetSource::match_fields};
  }
  if (const std::string& node = pod.metadata.annotations.target_node; is_subdomain(node)) {
    return Target{node, TargetSource::annotation};
  }
  if (const auto* node = first_only_node(pod, &NodeSelectorTerm::match_expressions)) {
    return Target{*node, TargetSource::match_expressions};
  }
  return std::nullopt;
}

}  // namespace everynode::core
