#include "everynode/kube/shard.hpp"

#include <gtest/gtest.h>

namespace everynode::kube {
namespace {

TEST(Shard, SelectorsAreSpelledAsTheServerDoes) {
  EXPECT_EQ((Shard{.index = 0, .count = 2}.selector()),
            "shardRange(object.metadata.namespace, '0x0000000000000000', '0x8000000000000000')");
  EXPECT_EQ((Shard{.index = 1, .count = 2}.selector()),
            "shardRange(object.metadata.namespace, '0x8000000000000000', '0x10000000000000000')");
  EXPECT_EQ((Shard{.index = 1, .count = 3}.selector()),
            "shardRange(object.metadata.namespace, '0x5555555555555556', '0xaaaaaaaaaaaaaaab')");
  EXPECT_EQ((Shard{.index = 3, .count = 32}.selector()),
            "shardRange(object.metadata.namespace, '0x1800000000000000', '0x2000000000000000')");
}

/// As Kubernetes v1.37.2 answered (tests/reality/sharding).
TEST(Shard, NamespacesBelongWhereTheServerPutsThem) {
  const Shard low{.index = 0, .count = 2};
  const Shard high{.index = 1, .count = 2};
  for (const char* name : {"ns-0", "ns-1", "ns-2", "ns-3", "ns-4", "ns-5", "ns-6", "ns-7", "ns-8", "ns-9"}) {
    EXPECT_TRUE(low.has(name) && !high.has(name)) << name << ": FNV-1a hardly moves for the last characters of a name";
  }
  EXPECT_TRUE(high.has("kube-system") && !low.has("kube-system"));
}

TEST(Shard, WhatHasNoNamespaceBelongsToAll) {
  EXPECT_TRUE((Shard{.index = 0, .count = 2}.has("")));
  EXPECT_TRUE((Shard{.index = 1, .count = 2}.has("")));
}

TEST(Shard, EachNamespaceHasExactlyOne) {
  for (std::uint32_t count = 1; count <= most_shards; ++count) {
    for (int i = 0; i < 500; ++i) {
      const std::string name = "team-" + std::to_string(i * 7919) + "-agents";
      int owners = 0;
      for (std::uint32_t index = 0; index < count; ++index) owners += Shard{.index = index, .count = count}.has(name);
      EXPECT_EQ(owners, 1) << name << " of " << count;
    }
  }
}

TEST(Shard, NeighboursMeet) {
  for (std::uint32_t count = 2; count <= most_shards; ++count) {
    for (std::uint32_t index = 1; index < count; ++index) {
      const std::string before = Shard{.index = index - 1, .count = count}.selector();
      const std::string after = Shard{.index = index, .count = count}.selector();
      const std::string bound = after.substr(after.find('\''), 20);
      EXPECT_TRUE(before.ends_with(bound + ")")) << before << " and " << after;
    }
  }
}

}  // namespace
}  // namespace everynode::kube
