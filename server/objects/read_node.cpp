#include "everynode/objects/objects.hpp"
#include "node_health.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;
using codec::read_fields;

template <class Value>
void read(Value value, Taint& out) {
  read_fields(value, field<"key", 1>(out.key), field<"value", 2>(out.value), field<"effect", 3>(out.effect));
}

template <class Value>
void read_condition(Value value, Node& out) {
  NodeCondition condition;
  read_fields(value, field<"type", 1>(condition.type), field<"status", 2>(condition.status),
              codec::visit<"lastTransitionTime", 4>([&](Value time) { read_time(time, condition.changed); }),
              field<"reason", 5>(condition.reason), field<"message", 6>(condition.message));
  take_condition(condition, out.health);
  if (std::string trouble = trouble_in(condition); !trouble.empty()) out.trouble = std::move(trouble);
}

template <class Value>
ObjectMeta read_node(Value value, Node& out) {
  ObjectMetadata metadata;
  const auto read_spec = [&](Value spec) {
    const auto read_taint = [&](Value taint) { read(taint, out.taints.emplace_back()); };
    read_fields(spec, field<"unschedulable", 4>(out.unschedulable), codec::visit_each<"taints", 5>(read_taint));
  };
  const auto read_status = [&](Value status) {
    const auto read_one = [&](Value condition) { read_condition(condition, out); };
    read_fields(status, codec::visit_each<"conditions", 4>(read_one));
  };
  const auto read_metadata = [&](Value one) { read(one, metadata, out.exclude); };
  read_fields(value, codec::visit<"metadata", 1>(read_metadata), codec::visit<"spec", 2>(read_spec),
              codec::visit<"status", 3>(read_status));
  const ObjectMeta identity = require_name(value, metadata);
  finish_health(out.taints, metadata.created, metadata.terminating, out.health);
  out.name = identity.name;
  out.uid = identity.uid;
  out.labels = std::move(metadata.labels);
  return identity;
}

}  // namespace

ObjectMeta read(JsonValue value, Node& out) {
  return read_node(value, out);
}

ObjectMeta read(codec::Message object, Node& out) {
  return read_node(object, out);
}

std::expected<Node, codec::Mistake> read_node(const std::string& json, codec::Document& document) {
  return read_whole<Node>(json, document);
}

}  // namespace everynode::objects
