#include <algorithm>
#include <numeric>

#include "everynode/overlay/node.hpp"

namespace everynode::overlay {
namespace {

template <class Shard>
auto place_in(Shard& shard, std::string_view name) {
  return std::ranges::find(shard, name, [](const auto& node) { return std::string_view(node->name); });
}

}  // namespace

const Node* Nodes::find(std::string_view name) const {
  const auto& shard = shards_.at(shard_of(name));
  if (!shard) return nullptr;
  const auto found = place_in(*shard, name);
  return found != shard->end() ? found->get() : nullptr;
}

bool Nodes::put(Node node) {
  const Node* const known = find(node.name);
  if (known != nullptr && *known == node) return false;
  auto& shard = shards_.at(shard_of(node.name));
  auto changed = shard ? std::make_shared<Shard>(*shard) : std::make_shared<Shard>();
  const auto found = place_in(*changed, node.name);
  auto added = std::make_shared<const Node>(std::move(node));
  if (found == changed->end()) {
    changed->push_back(std::move(added));
  } else {
    *found = std::move(added);
  }
  shard = std::move(changed);
  return true;
}

bool Nodes::remove(std::string_view name) {
  if (find(name) == nullptr) return false;
  auto& shard = shards_.at(shard_of(name));
  auto changed = std::make_shared<Shard>(*shard);
  changed->erase(place_in(*changed, name));
  shard = std::move(changed);
  return true;
}

std::size_t Nodes::size() const {
  return std::accumulate(shards_.begin(), shards_.end(), std::size_t{0},
                         [](std::size_t sum, const auto& shard) { return sum + (shard ? shard->size() : 0); });
}

}  // namespace everynode::overlay
