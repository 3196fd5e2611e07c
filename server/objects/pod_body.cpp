#include <nlohmann/json.hpp>

#include "everynode/codec/json_text.hpp"
#include "everynode/objects/encode.hpp"
#include "everynode/objects/template.hpp"

namespace everynode::objects {
namespace {

using Json = nlohmann::json;

/// The longest generateName that the API server takes.
constexpr std::size_t longest_prefix = 253;

/// The members of an object without its braces, preceded by a comma if there are any.
std::string further_members(const Json& object) {
  const std::string text = object.dump();
  return text.size() > 2 ? "," + text.substr(1, text.size() - 2) : std::string{};
}

Json take(Json& object, std::string_view name) {
  Json member = Json::object();
  if (object.contains(name) && object[name].is_object()) member = std::move(object[name]);
  object.erase(name);
  return member;
}

Json metadata_of(const Json& pod_template, PodBody::Owner owner, std::string_view hash,
                 std::optional<std::int64_t> template_generation) {
  Json metadata = Json::object();
  const Json source = pod_template.value("metadata", Json::object());
  for (const char* name : {"annotations", "finalizers", "labels"}) {
    if (source.contains(name) && !source[name].is_null()) metadata[name] = source[name];
  }
  metadata["labels"][revision_hash_label] = hash;
  if (template_generation) metadata["labels"][template_generation_label] = std::to_string(*template_generation);
  std::string prefix = std::string(owner.name) + "-";
  if (prefix.size() > longest_prefix) prefix.pop_back();
  metadata["generateName"] = prefix;
  metadata["ownerReferences"] = Json::array({{{"apiVersion", "apps/v1"},
                                              {"kind", "DaemonSet"},
                                              {"name", owner.name},
                                              {"uid", owner.uid},
                                              {"controller", true},
                                              {"blockOwnerDeletion", true}}});
  return metadata;
}

/// The template's list with the defaults (requirement 3.2). A default that replaces an entry differs from it in the
/// seconds only, so all other fields of the entry stay.
Json tolerations_of(const Json& spec, const Tolerations& wanted) {
  Json list = spec.value("tolerations", Json());
  if (!list.is_array()) list = Json::array();
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (i >= list.size()) list.push_back(Json::parse(to_json(wanted[i])));
    if (!wanted[i].toleration_seconds) list[i].erase("tolerationSeconds");
  }
  return list;
}

}  // namespace

std::expected<PodBody, std::string> PodBody::make(const PodTemplate& pod_template, Owner owner, std::string_view hash,
                                                  std::optional<std::int64_t> template_generation) {
  if (pod_template.labels.empty()) return std::unexpected("unable to create pods, no labels");
  const Json source = Json::parse(pod_template.json);
  Json spec = source.value("spec", Json::object());
  spec["tolerations"] = tolerations_of(spec, pod_template.rules.tolerations);
  Json affinity = take(spec, "affinity");
  Json node_affinity = take(affinity, "nodeAffinity");
  node_affinity.erase("requiredDuringSchedulingIgnoredDuringExecution");

  PodBody body;
  body.until_name_ = R"({"apiVersion":"v1","kind":"Pod","metadata":{"name":)";
  body.until_node_ = further_members(metadata_of(source, owner, hash, template_generation)) +
                     R"(},"spec":{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":)"
                     R"({"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":[)";
  body.rest_ =
      "]}]}]}" + further_members(node_affinity) + "}" + further_members(affinity) + "}" + further_members(spec) + "}}";
  return body;
}

std::string PodBody::for_node(std::string_view pod_name, std::string_view node) const {
  std::string pod;
  pod.reserve(until_name_.size() + until_node_.size() + rest_.size() + pod_name.size() + node.size() + 8);
  pod += until_name_;
  codec::append_quoted(pod, pod_name);
  pod += until_node_;
  codec::append_quoted(pod, node);
  return pod += rest_;
}

}  // namespace everynode::objects
