#include "everynode/core/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::core {
namespace {

using Element = Reader::Element;

void read_taint(Reader& reader, Element value, Taint& out) {
  constexpr std::array<std::string_view, 3> names{"key", "value", "effect"};
  const std::array<std::string*, 3> fields{&out.key, &out.value, &out.effect};
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, *fields[name]); });
}

void read_spec(Reader& reader, Element value, Node& out) {
  constexpr std::array<std::string_view, 1> names{"taints"};
  reader.object(value, names, [&](std::size_t, Element member) {
    reader.array(member, [&](Element element) { read_taint(reader, element, out.taints.emplace_back()); });
  });
}

}  // namespace

std::expected<Node, std::string> read_node(const std::string& json, Document& document) {
  constexpr std::array<std::string_view, 2> names{"metadata", "spec"};
  Node node;
  ObjectMetadata metadata;
  std::string problem = document.read(json, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) return read(reader, member, metadata);
      read_spec(reader, member, node);
    });
    require_name(reader, metadata);
  });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  node.name = std::move(metadata.name);
  node.uid = std::move(metadata.uid);
  node.labels = std::move(metadata.labels);
  return node;
}

}  // namespace everynode::core
