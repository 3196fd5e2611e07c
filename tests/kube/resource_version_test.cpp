#include "everynode/kube/resource_version.hpp"

#include <gtest/gtest.h>

namespace everynode::kube {
namespace {

TEST(ResourceVersion, ComparesAsNumbersOfAnyLength) {  // requirement 7.4
  const auto less = std::strong_ordering::less;
  EXPECT_EQ(compare_resource_versions("9", "10"), less);
  EXPECT_EQ(compare_resource_versions("10", "11"), less);
  EXPECT_EQ(compare_resource_versions("99999999999999999999999998", "99999999999999999999999999"), less);
  EXPECT_EQ(compare_resource_versions("10", "10"), std::strong_ordering::equal);
  EXPECT_EQ(compare_resource_versions("100", "99"), std::strong_ordering::greater);
}

TEST(ResourceVersion, WhatIsNoNumberCannotBeCompared) {
  for (const char* text : {"", "0", "01", "-1", "1a", "a", " 1"}) {
    EXPECT_EQ(compare_resource_versions(text, "1"), std::nullopt) << text;
    EXPECT_EQ(compare_resource_versions("1", text), std::nullopt) << text;
  }
}

TEST(ResourceVersion, NobodyWaitsForWhatCannotBeCompared) {  // requirement 7.4
  EXPECT_TRUE(has_seen("7", "7"));
  EXPECT_TRUE(has_seen("8", "7"));
  EXPECT_FALSE(has_seen("7", "8"));
  EXPECT_TRUE(has_seen("7", "x"));
  EXPECT_TRUE(has_seen("", "8"));
}

}  // namespace
}  // namespace everynode::kube
