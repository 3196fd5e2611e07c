#include "everynode/protocol/shard_shares.hpp"

#include <algorithm>
#include <cstddef>
#include <map>

namespace everynode::protocol {
namespace {

struct ShareOfMember {
  std::string member;
  std::size_t has = 0;
  std::size_t due = 0;
};

/// Those who have most come first: the odd shards stay where they are.
std::vector<ShareOfMember> shares_of(const std::set<std::string>& members, const std::vector<ShardHolding>& shards) {
  std::map<std::string, std::size_t> held;
  for (const ShardHolding& shard : shards) held[shard.holder] += shard.vacant ? 0 : 1;
  std::vector<ShareOfMember> shares;
  for (const std::string& member : members) shares.push_back({.member = member, .has = held[member]});
  std::ranges::sort(shares, [](const ShareOfMember& one, const ShareOfMember& other) {
    return one.has != other.has ? one.has > other.has : one.member < other.member;
  });
  for (std::size_t i = 0; i < shares.size(); ++i) {
    shares[i].due = shards.size() / shares.size() + (i < shards.size() % shares.size() ? 1 : 0);
  }
  return shares;
}

}  // namespace

std::vector<ShardOrder> share_out(const std::string& me, const std::set<std::string>& members,
                                  const std::vector<ShardHolding>& shards) {
  std::vector<ShardOrder> orders(shards.size(), ShardOrder::stay);
  std::vector<ShareOfMember> shares = shares_of(members, shards);
  for (std::size_t i = 0; i < shards.size(); ++i) {
    if (!shards[i].vacant) continue;
    const auto taker = std::ranges::find_if(shares, [](const ShareOfMember& one) { return one.has < one.due; });
    if (taker == shares.end()) break;
    ++taker->has;
    if (taker->member == me) orders[i] = ShardOrder::take;
  }
  const auto mine = std::ranges::find(shares, me, &ShareOfMember::member);
  std::size_t surplus = mine == shares.end() || mine->has <= mine->due ? 0 : mine->has - mine->due;
  for (std::size_t i = shards.size(); i > 0 && surplus > 0; --i) {
    if (shards[i - 1].vacant || shards[i - 1].holder != me) continue;
    orders[i - 1] = ShardOrder::give_up;
    --surplus;
  }
  return orders;
}

}  // namespace everynode::protocol
