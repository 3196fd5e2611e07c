#include "everynode/core/target.hpp"

#include "everynode/core/validation.hpp"

namespace everynode::core {
namespace {

using Requirements = std::optional<std::vector<NodeSelectorRequirement>>;

/// The first requirement, in the order of terms, whose list (`matchFields` or `matchExpressions`) names one node.
std::string_view first_only_node(const PodSpec& spec, Requirements NodeSelectorTerm::* list) {
  for (const NodeSelectorTerm& term : required_terms(spec.affinity)) {
    if (!(term.*list)) continue;
    for (const NodeSelectorRequirement& requirement : *(term.*list)) {
      const std::string_view node = only_node(requirement);
      if (is_subdomain(node)) return node;
    }
  }
  return {};
}

}  // namespace

std::string_view annotated_node(const PodMetadata& metadata) {
  return metadata.annotations ? metadata.annotations->target_node : std::string_view{};
}

std::string_view name_of(TargetSource source) {
  switch (source) {
    case TargetSource::node_name:
      return "spec.nodeName";
    case TargetSource::match_fields:
      return "matchFields";
    case TargetSource::annotation:
      return "annotation everynode.dev/node";
    case TargetSource::match_expressions:
      return "matchExpressions";
  }
  return "";
}

std::optional<Target> target_of(const Pod& pod) {
  if (is_subdomain(pod.spec.node_name)) return Target{pod.spec.node_name, TargetSource::node_name};
  std::string_view node = first_only_node(pod.spec, &NodeSelectorTerm::match_fields);
  if (!node.empty()) return Target{node, TargetSource::match_fields};
  node = annotated_node(pod.metadata);
  if (is_subdomain(node)) return Target{node, TargetSource::annotation};
  node = first_only_node(pod.spec, &NodeSelectorTerm::match_expressions);
  if (!node.empty()) return Target{node, TargetSource::match_expressions};
  return std::nullopt;
}

}  // namespace everynode::core
