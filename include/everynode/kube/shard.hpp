/// Shards: parts of a cluster's namespaces, by their hash (KEP-5866, server-side sharded list and watch).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace everynode::kube {

/// At most so many: a role names the Lease of each.
inline constexpr std::uint32_t most_shards = 32;

/// One of `count` equal parts of the space of 64-bit hashes. The hash is FNV-1a, as the API server reckons it: names
/// that differ in their last two characters only have almost the same, so they are in one part.
struct Shard {
  std::uint32_t index = 0;  ///< from 0
  std::uint32_t count = 1;  ///< 1 to `most_shards`

  bool operator==(const Shard&) const = default;

  /// Whether the namespace belongs to it. What has no namespace belongs to all.
  [[nodiscard]] bool has(std::string_view namespace_) const;
  /// A shardSelector in the API server's own spelling, so that it comes back as it is.
  [[nodiscard]] std::string selector() const;
};

}  // namespace everynode::kube
