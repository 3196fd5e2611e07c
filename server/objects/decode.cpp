#include "everynode/objects/decode.hpp"

namespace everynode::objects {

using codec::field;
using codec::JsonValue;
using codec::Message;
using codec::read_fields;

void read(JsonValue value, PodAnnotations& out) {
  read_fields(value, codec::visit<"kubernetes.io/config.mirror">([&](JsonValue) { out.mirror = true; }),
              field<"everynode.dev/node">(out.target_node), field<"everynode.dev/overlays">(out.overlays),
              field<"everynode.dev/overlays-refused">(out.refused_overlays));
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

void read(JsonValue value, AmountText& out) {
  simdjson::ondemand::json_type type{};
  const bool number =
      value.element.type().get(type) == simdjson::SUCCESS && type == simdjson::ondemand::json_type::number;
  if (!number) return read(value, out.text);
  double ignored = 0;  // checks that it is a number as JSON has them
  out.text = value.element.raw_json_token();
  out.text = out.text.substr(0, out.text.find_last_not_of(" \t\r\n") + 1);
  value.reader.failed(value.element.get_double().get(ignored), "expected a quantity");
}

void read(JsonValue value, ResourceAmounts& out) {
  codec::visit_members(value, [&](std::string_view name, JsonValue amount) {
    read(amount, out.emplace_back(name, AmountText{}).second);
  });
}

void read(JsonValue value, Resources& out) {
  read_fields(value, field<"limits">(out.limits), field<"requests">(out.requests));
}

void read(JsonValue value, EnvVar& out) {
  read_fields(value, field<"name">(out.name), field<"value">(out.value),
              codec::visit<"valueFrom">([&](JsonValue) { out.from_source = true; }));
}

void read(JsonValue value, Container& out) {
  constexpr std::size_t usual = 8;  // variables, where there is one
  const auto read_env = [&](JsonValue list) {
    std::vector<EnvVar>& env = out.env.emplace();
    codec::visit_elements(list, [&](JsonValue element) {
      if (env.empty()) env.reserve(usual);
      read(element, env.emplace_back());
    });
  };
  read_fields(value, field<"name">(out.name), field<"image">(out.image), field<"args">(out.args),
              codec::visit<"env">(read_env), field<"resources">(out.resources));
}

namespace {

template <class... More>
void read_metadata(JsonValue value, PodMetadata& out, const More&... more) {
  read_fields(value, field<"name">(out.name), field<"generateName">(out.generate_name),
              field<"namespace">(out.namespace_), field<"annotations">(out.annotations),
              field<"ownerReferences">(out.owner_references), more...);
}

template <class... More>
void read_spec(JsonValue value, PodSpec& out, const More&... more) {
  read_fields(value, field<"nodeName">(out.node_name), field<"hostNetwork">(out.host_network),
              field<"affinity">(out.affinity), field<"tolerations">(out.tolerations), more...);
}

/// An empty object is what no resources are.
bool sets_amounts(JsonValue value) {
  Resources resources;
  read(value, resources);
  return (resources.limits && !resources.limits->empty()) || (resources.requests && !resources.requests->empty());
}

template <class... More>
void read_spec_and_priority(JsonValue value, PodSpec& out, const More&... more) {
  read_spec(value, out, more..., field<"priorityClassName">(out.priority_class_name), field<"priority">(out.priority),
            field<"preemptionPolicy">(out.preemption_policy),
            codec::visit<"resources">([&](JsonValue resources) { out.own_resources = sets_amounts(resources); }));
}

void read_metadata_with(JsonValue value, PodParts parts, PodMetadata& out) {
  const auto as_written = [&](JsonValue labels) { codec::read_raw(labels, out.labels_json); };
  if (parts == PodParts::placement) return read_metadata(value, out);
  if (parts == PodParts::all) return read_metadata(value, out, field<"labels">(out.labels));
  read_metadata(value, out, codec::visit<"labels">(as_written));
}

void read_spec_with(JsonValue value, PodParts parts, PodSpec& out) {
  const auto as_written = [](std::string_view& text) {
    return [&text](JsonValue array) { codec::read_raw_array(array, text); };
  };
  if (parts == PodParts::placement) return read_spec(value, out);
  if (parts == PodParts::all)
    return read_spec_and_priority(value, out, field<"initContainers">(out.init_containers),
                                  field<"containers">(out.containers));
  read_spec_and_priority(value, out, codec::visit<"initContainers">(as_written(out.init_containers_json)),
                         codec::visit<"containers">(as_written(out.containers_json)));
}

}  // namespace

void read(JsonValue value, Pod& out, PodParts parts) {
  read_fields(value, codec::visit<"metadata">([&](JsonValue one) { read_metadata_with(one, parts, out.metadata); }),
              codec::visit<"spec">([&](JsonValue one) { read_spec_with(one, parts, out.spec); }));
}

}  // namespace everynode::objects
