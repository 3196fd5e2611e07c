#include "everynode/objects/template.hpp"

#include <array>

#include "everynode/codec/canonical.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/codec/texts.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

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

void read_spec(codec::Reader& reader, Element value, PodTemplate& out, codec::Texts& texts) {
  constexpr std::array<std::string_view, 5> names{"nodeName", "nodeSelector", "hostNetwork", "affinity", "tolerations"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) {
      reader.read(member, out.rules.node_name);
      out.rules.node_name = texts.keep(out.rules.node_name);
    } else if (name == 1) {
      reader.members(member, [&](std::string_view key, Element text) {
        std::string_view wanted;
        reader.read(text, wanted);
        out.rules.node_selector.emplace_back(texts.keep(key), texts.keep(wanted));
      });
    } else if (name == 2) {
      reader.read(member, out.host_network);
    } else if (name == 3) {
      Affinity affinity;
      read(reader, member, affinity);
      const bool required = affinity.node_affinity && affinity.node_affinity->required;
      if (required) out.rules.required = kept(*affinity.node_affinity->required, texts);
    } else {
      Tolerations tolerations;
      read(reader, member, tolerations);
      for (const Toleration& toleration : tolerations) out.rules.tolerations.push_back(kept(toleration, texts));
    }
  });
}

}  // namespace

std::expected<PodTemplate, std::string> read_template(std::string_view json) {
  auto canonical = codec::canonical_json(json);
  if (!canonical) return std::unexpected(canonical.error());
  PodTemplate out;
  out.json = std::move(*canonical);
  const auto texts = std::make_shared<codec::Texts>();
  constexpr std::array<std::string_view, 2> names{"metadata", "spec"};
  constexpr std::array<std::string_view, 1> metadata{"labels"};
  codec::Document document;
  const std::string problem = document.read(out.json, [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 1) return read_spec(reader, member, out, *texts);
      reader.object(member, metadata, [&](std::size_t, Element labels) { read(reader, labels, out.labels); });
    });
  });
  if (!problem.empty()) return std::unexpected(problem);
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
