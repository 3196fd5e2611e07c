#include <algorithm>

#include "everynode/objects/decode.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::overlay {

using codec::field;
using codec::JsonValue;
using codec::Message;
using codec::read_fields;

namespace {

void read_allocatable(JsonValue value, Node& out) {
  codec::visit_members(value, [&](std::string_view resource, JsonValue amount) {
    read(amount, out.allocatable.emplace_back(resource, Quantity()).second);
  });
}

/// An entry of the map.
void read_allocatable(Message entry, Node& out) {
  std::string_view resource;
  std::string_view amount;
  const auto read_amount = [&](Message quantity) { read_fields(quantity, field<1>(amount)); };
  read_fields(entry, field<1>(resource), codec::visit<2>(read_amount));
  const auto quantity = parse_quantity(amount);
  if (!quantity) throw codec::UnexpectedProtobuf("expected a quantity");
  out.allocatable.emplace_back(resource, *quantity);
}

template <class Value>
objects::ObjectMeta read_node(Value value, Node& out) {
  objects::ObjectMeta identity;
  const auto read_metadata = [&](Value metadata) {
    read_fields(metadata, field<"name", 1>(identity.name), field<"uid", 5>(identity.uid),
                field<"resourceVersion", 6>(identity.resource_version), field<"labels", 11>(out.labels),
                field<"annotations", 12>(out.annotations));
  };
  const auto read_status = [&](Value status) {
    read_fields(status, codec::visit<"allocatable", 2>([&](Value amounts) { read_allocatable(amounts, out); }));
  };
  read_fields(value, codec::visit<"metadata", 1>(read_metadata), codec::visit<"status", 3>(read_status));
  if (identity.name.empty()) codec::fail(value, "metadata.name is missing");
  out.name = identity.name;
  return identity;
}

}  // namespace

const Quantity* Node::allocatable_of(std::string_view resource) const {
  const auto found = std::ranges::find(allocatable, resource, &std::pair<std::string, Quantity>::first);
  return found != allocatable.end() ? &found->second : nullptr;
}

objects::ObjectMeta read(JsonValue value, Node& out) {
  return read_node(value, out);
}

objects::ObjectMeta read(Message object, Node& out) {
  return read_node(object, out);
}

std::expected<Node, codec::Mistake> read_node(const std::string& json, codec::Document& document) {
  Node node;
  auto whole = document.read(json, [&](JsonValue root) { read(root, node); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return node;
}

}  // namespace everynode::overlay
