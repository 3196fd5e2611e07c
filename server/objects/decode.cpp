#include "everynode/objects/decode.hpp"

namespace everynode::objects {

using codec::field;
using codec::JsonValue;
using codec::Message;
using codec::read_fields;

void read(JsonValue value, PodAnnotations& out) {
  read_fields(value, codec::visit<"kubernetes.io/config.mirror">([&](JsonValue) { out.mirror = true; }),
              field<"everynode.dev/node">(out.target_node));
}

void read(JsonValue value, Labels& out) {
  codec::visit_members(value, [&](std::string_view key, JsonValue member) {
    std::string_view text;
    read(member, text);
    out.set(key, text);
  });
}

void read(Message entry, Labels& out) {
  std::string_view key;
  std::string_view value;
  read_fields(entry, field<1>(key), field<2>(value));
  out.set(key, value);
}

void read(JsonValue value, Toleration& out) {
  read_fields(value, field<"key">(out.key), field<"operator">(out.op), field<"value">(out.value),
              field<"effect">(out.effect), field<"tolerationSeconds">(out.toleration_seconds));
}

void read(JsonValue value, Tolerations& out) {
  constexpr std::size_t usual = 8;  // what a DaemonSet's pod has, with the one that we may add
  out.reserve(usual);
  codec::visit_elements(value, [&](JsonValue element) { read(element, out.emplace_back()); });
}

template <class Value>
void read(Value value, NodeSelectorRequirement& out) {
  read_fields(value, field<"key", 1>(out.key), field<"operator", 2>(out.op), field<"values", 3>(out.values));
}

template <class Value>
void read(Value value, NodeSelectorTerm& out) {
  read_fields(value, field<"matchExpressions", 1>(out.match_expressions), field<"matchFields", 2>(out.match_fields));
}

template <class Value>
void read(Value value, NodeSelector& out) {
  read_fields(value, field<"nodeSelectorTerms", 1>(out.terms));
}

template <class Value>
void read(Value value, NodeAffinity& out) {
  read_fields(value, field<"requiredDuringSchedulingIgnoredDuringExecution", 1>(out.required));
}

template <class Value>
void read(Value value, Affinity& out) {
  read_fields(value, field<"nodeAffinity", 1>(out.node_affinity));
}

template void read(JsonValue, Affinity&);
template void read(Message, Affinity&);
template void read(JsonValue, NodeSelectorRequirement&);
template void read(JsonValue, NodeSelectorTerm&);
template void read(JsonValue, NodeSelector&);
template void read(JsonValue, NodeAffinity&);

void read(JsonValue value, OwnerReference& out) {
  read_fields(value, field<"apiVersion">(out.api_version), field<"kind">(out.kind), field<"name">(out.name),
              field<"uid">(out.uid), field<"controller">(out.controller));
}

void read(JsonValue value, PodMetadata& out) {
  read_fields(value, field<"name">(out.name), field<"generateName">(out.generate_name),
              field<"namespace">(out.namespace_), field<"annotations">(out.annotations),
              field<"ownerReferences">(out.owner_references));
}

void read(JsonValue value, PodSpec& out) {
  read_fields(value, field<"nodeName">(out.node_name), field<"hostNetwork">(out.host_network),
              field<"affinity">(out.affinity), field<"tolerations">(out.tolerations));
}

void read(JsonValue value, Pod& out) {
  read_fields(value, field<"metadata">(out.metadata), field<"spec">(out.spec));
}

}  // namespace everynode::objects
