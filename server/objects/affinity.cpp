#include "everynode/objects/affinity.hpp"

namespace everynode::objects {

bool NodeSelectorTerm::matches_nothing() const {
  const bool no_expressions = !match_expressions || match_expressions->empty();
  const bool no_fields = !match_fields || match_fields->empty();
  return no_expressions && no_fields;
}

std::string_view only_node(const NodeSelectorRequirement& requirement) {
  const bool names_one = requirement.key == metadata_name && requirement.op == "In" && requirement.values.size() == 1;
  return names_one ? requirement.values.front() : std::string_view{};
}

const std::vector<NodeSelectorTerm>& required_terms(const std::optional<Affinity>& affinity) {
  static const std::vector<NodeSelectorTerm> none;
  if (!affinity || !affinity->node_affinity || !affinity->node_affinity->required) return none;
  const auto& terms = affinity->node_affinity->required->terms;
  return terms ? *terms : none;
}

}  // namespace everynode::objects
