/// What overlays read of a Node.
#pragma once

#include <array>
#include <cstddef>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/codec/protobuf.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/overlay/quantity.hpp"

namespace everynode::overlay {

struct Node {
  std::string name;
  objects::Labels labels;
  objects::Labels annotations;
  std::vector<std::pair<std::string, Quantity>> allocatable;  ///< what pods may use of each resource

  /// Null if the node does not say.
  [[nodiscard]] const Quantity* allocatable_of(std::string_view resource) const;
  bool operator==(const Node&) const = default;
};

/// Nodes by their names. A copy shares almost all with what it is a copy of, so that each change of one of thousands
/// can have a copy of its own.
class Nodes {
 public:
  /// Null if there is none.
  [[nodiscard]] const Node* find(std::string_view name) const;
  /// Puts it in the place of the one with its name. True if that changes anything.
  bool put(Node node);
  bool remove(std::string_view name);
  [[nodiscard]] std::size_t size() const;

 private:
  using Shard = std::vector<std::shared_ptr<const Node>>;

  static constexpr std::size_t shards = 64;

  static std::size_t shard_of(std::string_view name) { return std::hash<std::string_view>()(name) % shards; }

  std::array<std::shared_ptr<const Shard>, shards> shards_;  ///< null: empty
};

/// Read into a fresh `out`. A node without a name, or with an amount that is no quantity, is an error.
objects::ObjectMeta read(codec::JsonValue value, Node& out);
/// The same from protobuf, without the envelope. It throws what is wrong.
objects::ObjectMeta read(codec::Message object, Node& out);
/// The same for a text that is one Node.
[[nodiscard]] std::expected<Node, codec::Mistake> read_node(const std::string& json, codec::Document& document);

}  // namespace everynode::overlay
