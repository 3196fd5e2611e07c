#include "everynode/objects/objects.hpp"
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
ObjectMeta read_node(Value value, Node& out) {
  ObjectMetadata metadata;
  const auto read_spec = [&](Value spec) {
    const auto read_taint = [&](Value taint) { read(taint, out.taints.emplace_back()); };
    read_fields(spec, codec::visit_each<"taints", 5>(read_taint));
  };
  read_fields(value, field<"metadata", 1>(metadata), codec::visit<"spec", 2>(read_spec));
  const ObjectMeta identity = require_name(value, metadata);
  out.name = identity.name;
  out.uid = identity.uid;
  out.labels = std::move(metadata.labels);
  return identity;
}

void read_condition(JsonValue value, NodeReadiness& out) {
  std::string_view type;
  std::string_view status;
  std::string_view since;
  read_fields(value, field<"type">(type), field<"status">(status), field<"lastTransitionTime">(since));
  if (type == "Ready") out = {.ready = status == "True", .since = std::string(since)};
}

void read_readiness(JsonValue node, NodeReadiness& out) {
  const auto read_status = [&](JsonValue status) {
    const auto read_one = [&](JsonValue condition) { read_condition(condition, out); };
    read_fields(status, codec::visit_each<"conditions">(read_one));
  };
  read_fields(node, codec::visit<"status">(read_status));
}

}  // namespace

ObjectMeta read(JsonValue value, Node& out) {
  return read_node(value, out);
}

ObjectMeta read(codec::Message object, Node& out) {
  return read_node(object, out);
}

std::expected<Node, std::string> read_node(const std::string& json, codec::Document& document) {
  return read_whole<Node>(json, document);
}

std::expected<NodeReadiness, std::string> read_node_readiness(const std::string& json, codec::Document& document) {
  NodeReadiness readiness;
  std::string problem = document.read(json, [&](JsonValue root) { read_readiness(root, readiness); });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return readiness;
}

}  // namespace everynode::objects
