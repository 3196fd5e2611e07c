/// Whether an API server shards lists, and what to make of collections that it does not answer for.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/kube/reply.hpp"
#include "everynode/kube/shard.hpp"
#include "everynode/protocol/watch_machine.hpp"

namespace everynode::protocol {

/// Why a server may not shard, and what can be done, for people.
inline constexpr std::string_view unsharded_server =
    "the API server does not shard lists and watches. Kubernetes 1.36 and 1.37 do so with the feature gate "
    "ShardedListAndWatch, later ones by themselves, and all API servers of the cluster must. Or set --shards 1";

/// Refuses a list unless the server says that it obeyed the shard's selector. `answered`: its
/// metadata.shardInfo.selector, empty if there is none. Without a shard nothing was asked for.
[[nodiscard]] std::expected<void, std::string> check_sharded(std::string_view answered,
                                                             const std::optional<kube::Shard>& shard);

/// The same for the whole answer to a list in JSON that was asked for with the shard's selector, with status 200.
[[nodiscard]] std::expected<void, std::string> check_sharded(const kube::Reply& reply, const kube::Shard& shard);

/// Drops what is of other shards. For custom resources: the server obeys their shardSelector too, but never says so
/// (v1.37), so they are asked for whole.
[[nodiscard]] WatchConsumer only_of(const kube::Shard& shard, WatchConsumer consumer);

}  // namespace everynode::protocol
