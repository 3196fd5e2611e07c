#include "everynode/admission/target.hpp"

#include <algorithm>

#include "everynode/objects/validation.hpp"

namespace everynode::admission {
namespace {

using Requirements = std::optional<std::vector<objects::NodeSelectorRequirement>>;

/// The first requirement, in the order of terms, whose list (`matchFields` or `matchExpressions`) names one node.
std::string_view first_only_node(const objects::PodSpec& spec, Requirements objects::NodeSelectorTerm::* list) {
  for (const objects::NodeSelectorTerm& term : objects::required_terms(spec.affinity)) {
    if (!(term.*list)) continue;
    for (const objects::NodeSelectorRequirement& requirement : *(term.*list)) {
      const std::string_view node = objects::only_node(requirement);
      if (objects::is_subdomain(node)) return node;
    }
  }
  return {};
}

}  // namespace

std::string_view annotated_node(const objects::PodMetadata& metadata) {
  if (!metadata.annotations) return {};
  constexpr std::string_view white_space = " \t\r\n";  // a YAML block scalar ends with a line break
  std::string_view node = metadata.annotations->target_node;
  node.remove_prefix(std::min(node.find_first_not_of(white_space), node.size()));
  return node.substr(0, node.find_last_not_of(white_space) + 1);
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

std::optional<Target> target_of(const objects::Pod& pod) {
  if (objects::is_subdomain(pod.spec.node_name)) return Target{pod.spec.node_name, TargetSource::node_name};
  std::string_view node = first_only_node(pod.spec, &objects::NodeSelectorTerm::match_fields);
  if (!node.empty()) return Target{node, TargetSource::match_fields};
  node = annotated_node(pod.metadata);
  if (objects::is_subdomain(node)) return Target{node, TargetSource::annotation};
  node = first_only_node(pod.spec, &objects::NodeSelectorTerm::match_expressions);
  if (!node.empty()) return Target{node, TargetSource::match_expressions};
  return std::nullopt;
}

}  // namespace everynode::admission
