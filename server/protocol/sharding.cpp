#include "everynode/protocol/sharding.hpp"

#include <utility>

#include "everynode/codec/json_text.hpp"
#include "everynode/protocol/watch_text.hpp"

namespace everynode::protocol {

std::expected<void, std::string> check_sharded(std::string_view answered, const std::optional<kube::Shard>& shard) {
  if (!shard) return {};
  if (answered.empty()) {
    return std::unexpected("a list came without metadata.shardInfo: " + std::string(unsharded_server));
  }
  if (answered == shard->selector()) return {};
  return std::unexpected("a list came for the shard " + std::string(codec::clipped(answered)) + ", asked for was " +
                         shard->selector());
}

std::expected<void, std::string> check_sharded(const kube::Reply& reply, const kube::Shard& shard) {
  codec::Document document;
  std::string item;
  const auto meta = read_page(reply.body, [](const Item&) {}, document, item);
  if (!meta) return std::unexpected("a list that cannot be read: " + meta.error().text());
  return check_sharded(meta->shards, shard);
}

WatchConsumer only_of(const kube::Shard& shard, WatchConsumer consumer) {
  WatchConsumer filtered = consumer;
  filtered.listed = [shard, next = std::move(consumer.listed)](const Object& object) {
    if (shard.has(object.meta.namespace_)) next(object);
  };
  filtered.changed = [shard, next = std::move(consumer.changed)](Change change, const Object& object) {
    return shard.has(object.meta.namespace_) && next(change, object);
  };
  return filtered;
}

}  // namespace everynode::protocol
