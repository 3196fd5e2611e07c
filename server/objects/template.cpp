#include "everynode/objects/template.hpp"

#include "everynode/codec/canonical.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/codec/texts.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;

NodeSelectorRequirement kept(const NodeSelectorRequirement& requirement, codec::Texts& texts) {
  NodeSelectorRequirement copy{.key = texts.keep(requirement.key), .op = texts.keep(requirement.op), .values = {}};
  for (const auto value : requirement.values) copy.values.push_back(texts.keep(value));
  return copy;
}

using Requirements = std::optional<std::vector<NodeSelectorRequirement>>;

Requirements kept(const Requirements& requirements, codec::Texts& texts) {
  if (!requirements) return std::nullopt;
  Requirements copy(std::in_place);
  for (const auto& requirement : *requirements) copy->push_back(kept(requirement, texts));
  return copy;
}

NodeSelector kept(const NodeSelector& selector, codec::Texts& texts) {
  NodeSelector copy;
  if (!selector.terms) return copy;
  copy.terms.emplace();
  for (const auto& term : *selector.terms) {
    copy.terms->push_back(
        {.match_expressions = kept(term.match_expressions, texts), .match_fields = kept(term.match_fields, texts)});
  }
  return copy;
}

Toleration kept(const Toleration& toleration, codec::Texts& texts) {
  return {.key = texts.keep(toleration.key),
          .op = texts.keep(toleration.op),
          .value = texts.keep(toleration.value),
          .effect = texts.keep(toleration.effect),
          .toleration_seconds = toleration.toleration_seconds};
}

void read_spec(JsonValue value, PodTemplate& out, codec::Texts& texts) {
  std::string_view node_name;
  Affinity affinity;
  Tolerations tolerations;
  const auto read_selector = [&](JsonValue selector) {
    codec::visit_members(selector, [&](std::string_view key, JsonValue text) {
      std::string_view wanted;
      read(text, wanted);
      out.rules.node_selector.emplace_back(texts.keep(key), texts.keep(wanted));
    });
  };
  codec::read_fields(value, field<"nodeName">(node_name), codec::visit<"nodeSelector">(read_selector),
                     field<"hostNetwork">(out.host_network), field<"affinity">(affinity),
                     field<"tolerations">(tolerations));
  out.rules.node_name = texts.keep(node_name);
  const bool required = affinity.node_affinity && affinity.node_affinity->required;
  if (required) out.rules.required = kept(*affinity.node_affinity->required, texts);
  for (const Toleration& toleration : tolerations) out.rules.tolerations.push_back(kept(toleration, texts));
}

}  // namespace

std::expected<PodTemplate, codec::Mistake> read_template(std::string_view json) {
  auto canonical = codec::canonical_json(json);
  if (!canonical) return std::unexpected(std::move(canonical.error()));
  PodTemplate out;
  out.json = std::move(*canonical);
  const auto texts = std::make_shared<codec::Texts>();
  codec::Document document;
  auto whole = document.read(out.json, [&](JsonValue root) {
    const auto read_metadata = [&](JsonValue metadata) { codec::read_fields(metadata, field<"labels">(out.labels)); };
    codec::read_fields(root, codec::visit<"metadata">(read_metadata),
                       codec::visit<"spec">([&](JsonValue spec) { read_spec(spec, out, *texts); }));
  });
  if (!whole) return std::unexpected(std::move(whole.error()));
  out.rules.tolerations = with_defaults(std::move(out.rules.tolerations), out.host_network);
  out.texts = texts;
  return out;
}

std::string revision_data(const PodTemplate& pod_template) {
  // "$patch" sorts before each field that a template can have; it makes `kubectl rollout undo` replace, not merge.
  const bool empty = pod_template.json == "{}";
  std::string data = R"({"spec":{"template":{"$patch":"replace")";
  data += empty ? "" : ",";
  return data.append(pod_template.json, 1).append("}}");
}

}  // namespace everynode::objects
