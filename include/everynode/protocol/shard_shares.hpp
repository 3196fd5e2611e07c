/// Which replica shall own which shards: the same decision by all who have seen the same.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

namespace everynode::protocol {

/// What is seen of a shard's Lease.
struct ShardHolding {
  std::string holder;   ///< empty: nobody, or it was not seen yet
  bool vacant = false;  ///< it could be taken
};

enum class ShardOrder : std::uint8_t {
  stay,     ///< keep what is ours, and leave alone what is not
  take,     ///< it is vacant, and ours by right
  give_up,  ///< another one has fewer
};

/// Shares out the shards among the members so that they have equally many or one more, and nothing moves without need.
/// One order for each shard. `me` must be a member.
[[nodiscard]] std::vector<ShardOrder> share_out(const std::string& me, const std::set<std::string>& members,
                                                const std::vector<ShardHolding>& shards);

}  // namespace everynode::protocol
