#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

void read_taint(codec::Reader& reader, Element value, Taint& out) {
  constexpr std::array<std::string_view, 3> names{"key", "value", "effect"};
  const std::array<std::string*, 3> fields{&out.key, &out.value, &out.effect};
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, *fields[name]); });
}

void read_spec(codec::Reader& reader, Element value, Node& out) {
  constexpr std::array<std::string_view, 1> names{"taints"};
  reader.object(value, names, [&](std::size_t, Element member) {
    reader.array(member, [&](Element element) { read_taint(reader, element, out.taints.emplace_back()); });
  });
}

void read_taint(codec::Message value, Taint& out) {
  codec::read_fields(value, codec::text(1, out.key), codec::text(2, out.value), codec::text(3, out.effect));
}

void read_spec(codec::Message value, Node& out) {
  codec::read_fields(value,
                     codec::message(5, [&](codec::Message taint) { read_taint(taint, out.taints.emplace_back()); }));
}

void read_condition(codec::Reader& reader, Element value, NodeReadiness& out) {
  constexpr std::array<std::string_view, 3> names{"type", "status", "lastTransitionTime"};
  std::array<std::string_view, 3> texts;
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, texts[name]); });
  if (texts[0] == "Ready") out = {.ready = texts[1] == "True", .since = std::string(texts[2])};
}

void read(codec::Reader& reader, Element value, NodeReadiness& out) {
  constexpr std::array<std::string_view, 1> status{"status"};
  constexpr std::array<std::string_view, 1> conditions{"conditions"};
  reader.object(value, status, [&](std::size_t, Element member) {
    reader.object(member, conditions, [&](std::size_t, Element list) {
      reader.array(list, [&](Element element) { read_condition(reader, element, out); });
    });
  });
}

void take_metadata(ObjectMetadata&& metadata, Node& out) {
  out.name = metadata.identity.name;
  out.uid = metadata.identity.uid;
  out.labels = std::move(metadata.labels);
}

}  // namespace

ObjectMeta read(codec::Reader& reader, Element value, Node& out) {
  constexpr std::array<std::string_view, 2> names{"metadata", "spec"};
  ObjectMetadata metadata;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return read(reader, member, metadata);
    read_spec(reader, member, out);
  });
  require_name(reader, metadata);
  const ObjectMeta identity = metadata.identity;
  take_metadata(std::move(metadata), out);
  return identity;
}

ObjectMeta read(codec::Message object, Node& out) {
  ObjectMetadata metadata;
  codec::read_fields(object, codec::message(1, [&](codec::Message value) { read(value, metadata); }),
                     codec::message(2, [&](codec::Message value) { read_spec(value, out); }));
  const ObjectMeta identity = require_name(metadata);
  take_metadata(std::move(metadata), out);
  return identity;
}

std::expected<Node, std::string> read_node(const std::string& json, codec::Document& document) {
  return read_whole<Node>(json, document);
}

std::expected<NodeReadiness, std::string> read_node_readiness(const std::string& json, codec::Document& document) {
  NodeReadiness readiness;
  std::string problem =
      document.read(json, [&](codec::Reader& reader, Element root) { read(reader, root, readiness); });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return readiness;
}

}  // namespace everynode::objects
