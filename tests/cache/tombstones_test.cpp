#include "everynode/cache/tombstones.hpp"

#include <gtest/gtest.h>

namespace everynode::cache {
namespace {

TEST(Tombstones, RememberTheLastOnes) {
  Tombstones deleted;
  for (std::size_t i = 0; i <= Tombstones::most; ++i) deleted.add("uid-" + std::to_string(i));
  EXPECT_FALSE(deleted.contains("uid-0"));
  EXPECT_TRUE(deleted.contains("uid-1"));
  EXPECT_TRUE(deleted.contains("uid-" + std::to_string(Tombstones::most)));
}

TEST(Tombstones, CountAnObjectOnce) {
  Tombstones deleted;
  deleted.add("first");
  for (std::size_t i = 0; i < 2 * Tombstones::most; ++i) deleted.add("again");
  EXPECT_TRUE(deleted.contains("first"));
}

}  // namespace
}  // namespace everynode::cache
