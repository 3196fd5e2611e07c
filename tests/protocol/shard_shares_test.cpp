#include "everynode/protocol/shard_shares.hpp"

#include <gtest/gtest.h>

namespace everynode::protocol {
namespace {

/// One letter for each shard: who holds it; "." is vacant, "?" not seen.
std::vector<ShardHolding> holdings(std::string_view letters) {
  std::vector<ShardHolding> shards;
  for (const char c : letters) {
    const bool known = c != '.' && c != '?';
    shards.push_back({.holder = known ? std::string(1, c) : std::string(), .vacant = c == '.'});
  }
  return shards;
}

/// "+" take, "-" give up, " " stay.
std::string orders(const std::string& me, const std::set<std::string>& members, std::string_view letters) {
  std::string text;
  for (const ShardOrder order : share_out(me, members, holdings(letters))) {
    text += order == ShardOrder::take ? '+' : order == ShardOrder::give_up ? '-' : ' ';
  }
  return text;
}

TEST(ShardShares, OneReplicaTakesAll) {
  EXPECT_EQ(orders("a", {"a"}, "..."), "+++");
}

TEST(ShardShares, WhatIsVacantGoesToThoseWhoHaveLess) {
  EXPECT_EQ(orders("a", {"a", "b"}, "...."), "++  ");
  EXPECT_EQ(orders("b", {"a", "b"}, "...."), "  ++");
  EXPECT_EQ(orders("a", {"a", "b"}, "aa.."), "    ");
  EXPECT_EQ(orders("b", {"a", "b"}, "aa.."), "  ++");
}

TEST(ShardShares, ReplicaWithTooManyGivesUpTheLastOnes) {
  EXPECT_EQ(orders("a", {"a", "b"}, "aaaa"), "  --");
  EXPECT_EQ(orders("b", {"a", "b"}, "aaaa"), "    ") << "it waits until they are vacant";
  EXPECT_EQ(orders("a", {"a", "b", "c"}, "aaaabbbb"), "   -    ");
  EXPECT_EQ(orders("b", {"a", "b", "c"}, "aaaabbbb"), "       -");
}

TEST(ShardShares, OddOnesStayWhereTheyAre) {
  EXPECT_EQ(orders("a", {"a", "b"}, "abb"), "   ");
  EXPECT_EQ(orders("b", {"a", "b"}, "abb"), "   ");
  EXPECT_EQ(orders("a", {"a", "b", "c"}, "ab"), "  ") << "more replicas than shards";
  EXPECT_EQ(orders("c", {"a", "b", "c"}, "ab"), "  ");
}

TEST(ShardShares, ShardOfAReplicaThatHasGoneIsWaitedFor) {
  EXPECT_EQ(orders("a", {"a", "b"}, "aabc"), "    ") << "b gets it";
  EXPECT_EQ(orders("b", {"a", "b"}, "aab."), "   +");
  EXPECT_EQ(orders("a", {"a", "b"}, "aab?"), "    ") << "not seen is not vacant";
}

/// All with the same view do what they should: then the shares are even, nobody has asked for the same shard, and
/// nothing moves any more.
TEST(ShardShares, ManySharesEvenOut) {
  for (unsigned seed = 0; seed < 5000; ++seed) {
    const std::size_t count = 1 + seed % 7;
    const std::set<std::string> all{"a", "b", "c", "d"};
    const std::set<std::string> members(all.begin(), std::next(all.begin(), 1 + seed / 7 % 4));
    std::string letters;
    for (std::size_t i = 0, rest = seed / 3; i < count; ++i, rest /= 5) letters += "abcd."[rest % 5];
    for (char& c : letters) c = members.contains(std::string(1, c)) ? c : '.';
    for (int round = 0; round < 3; ++round) {
      std::string next = letters;
      for (const std::string& me : members) {
        const std::string told = orders(me, members, letters);
        for (std::size_t i = 0; i < count; ++i) {
          if (told[i] == '-') next[i] = '.';
          if (told[i] != '+') continue;
          EXPECT_EQ(next[i], '.') << "two want one";
          next[i] = me[0];
        }
      }
      letters = next;
    }
    std::size_t most = 0, fewest = count;
    for (const std::string& me : members) {
      const auto has = static_cast<std::size_t>(std::ranges::count(letters, me[0]));
      most = std::max(most, has);
      fewest = std::min(fewest, has);
      EXPECT_EQ(orders(me, members, letters), std::string(count, ' ')) << letters;
    }
    EXPECT_LE(most - fewest, 1U) << letters;
    EXPECT_FALSE(letters.contains('.'));
  }
}

}  // namespace
}  // namespace everynode::protocol
