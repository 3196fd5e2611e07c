#include "pinning.hpp"

#include <algorithm>

#include "everynode/codec/json_text.hpp"
#include "everynode/objects/encode.hpp"
#include "everynode/overlay/stamp.hpp"

namespace everynode::admission {

using codec::Operation;
using codec::Patch;

namespace {

const std::string annotations_path = "/metadata/annotations";
const std::string annotation_path = annotations_path + "/everynode.dev~1node";  // "~1" is "/" (RFC 6901, 3)
const std::string stamp_path = annotations_path + "/everynode.dev~1overlays";
const std::string affinity_path = "/spec/affinity";
const std::string node_affinity_path = affinity_path + "/nodeAffinity";
const std::string required_path = node_affinity_path + "/requiredDuringSchedulingIgnoredDuringExecution";
const std::string terms_path = required_path + "/nodeSelectorTerms";

std::string requirement_for(std::string_view node) {
  return to_json(objects::NodeSelectorRequirement{.key = objects::metadata_name, .op = "In", .values = {node}});
}

/// One term that matches only this node. The operation creates the missing parts of the path.
Operation new_term(const objects::PodSpec& spec, std::string_view node) {
  const std::string terms = R"([{"matchFields":[)" + requirement_for(node) + "]}]";
  const std::string required = R"({"nodeSelectorTerms":)" + terms + "}";
  const std::string node_affinity = R"({"requiredDuringSchedulingIgnoredDuringExecution":)" + required + "}";
  if (!spec.affinity) return Operation::add(affinity_path, R"({"nodeAffinity":)" + node_affinity + "}");
  if (!spec.affinity->node_affinity) return Operation::add(node_affinity_path, node_affinity);
  if (!spec.affinity->node_affinity->required) return Operation::add(required_path, required);
  return Operation::add(terms_path, terms);
}

bool is_pin(const objects::NodeSelectorRequirement& requirement, std::string_view node) {
  return objects::only_node(requirement) == node;
}

/// Which of the matchExpressions are a mistaken `metadata.name In [node]`.
std::vector<std::size_t> mistaken(const objects::NodeSelectorTerm& term, std::string_view node) {
  std::vector<std::size_t> places;
  if (!term.match_expressions) return places;
  for (std::size_t i = 0; i < term.match_expressions->size(); ++i) {
    if (is_pin((*term.match_expressions)[i], node)) places.push_back(i);
  }
  return places;
}

void pin_term(const objects::NodeSelectorTerm& term, std::size_t index, std::string_view node, std::size_t most,
              Patch& patch) {
  if (term.matches_nothing()) return;
  const std::vector<std::size_t> mistakes = mistaken(term, node);
  const bool pinned = term.match_fields &&
                      std::ranges::any_of(*term.match_fields, [&](const auto& field) { return is_pin(field, node); });
  if (mistakes.empty() && pinned) return;
  const std::string path = terms_path + "/" + std::to_string(index);
  const std::string fields = path + "/matchFields";
  if (mistakes.empty() && term.match_fields) {
    patch.push_back(Operation::add(fields + "/-", requirement_for(node)));
    return;
  }
  if (mistakes.empty()) {
    patch.push_back(Operation::add(fields, "[" + requirement_for(node) + "]"));
    return;
  }
  if (!term.match_fields) patch.push_back(Operation::add(fields, "[]"));
  for (std::size_t moved = 0; moved < mistakes.size() && patch.size() <= most; ++moved) {
    const std::string from = path + "/matchExpressions/" + std::to_string(mistakes[moved] - moved);
    patch.push_back(Operation::move(from, fields + "/-"));
  }
}

}  // namespace

Patch pin(const objects::PodSpec& spec, std::string_view node, std::size_t most) {
  const std::vector<objects::NodeSelectorTerm>& terms = objects::required_terms(spec.affinity);
  if (terms.empty()) return {new_term(spec, node)};
  Patch patch;
  for (std::size_t i = 0; i < terms.size() && patch.size() <= most; ++i) pin_term(terms[i], i, node, most, patch);
  return patch;
}

bool matches_no_node(const objects::PodSpec& spec) {
  const std::vector<objects::NodeSelectorTerm>& terms = objects::required_terms(spec.affinity);
  return !terms.empty() && std::ranges::all_of(terms, &objects::NodeSelectorTerm::matches_nothing);
}

Patch remember(const objects::PodMetadata& metadata, const Target& target) {
  if (target.source == TargetSource::node_name || annotated_node(metadata) == target.node) return {};
  std::string node;
  codec::append_quoted(node, target.node);
  if (metadata.annotations) return {Operation::add(annotation_path, std::move(node))};
  return {Operation::add(annotations_path, R"({"everynode.dev/node":)" + node + "}")};
}

Patch stamp(const objects::PodMetadata& metadata, const std::string& fitted, bool map_is_added) {
  const std::string_view written = metadata.annotations ? metadata.annotations->overlays : std::string_view{};
  const std::string overlays = overlay::stamp_beside(written, fitted);
  if (written == overlays) return {};
  std::string text;
  codec::append_quoted(text, overlays);
  if (metadata.annotations || map_is_added) return {Operation::add(stamp_path, std::move(text))};
  return {Operation::add(annotations_path, R"({"everynode.dev/overlays":)" + text + "}")};
}

}  // namespace everynode::admission
