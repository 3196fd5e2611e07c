#include "webhook/key_fetcher.hpp"

#include <gtest/gtest.h>

namespace everynode::webhook {
namespace {

using namespace std::chrono_literals;

TEST(KeyFetcher, FetchesAgainBeforeARotationIsOver) {
  EXPECT_FALSE(fetch_due(299s, false, false));
  EXPECT_TRUE(fetch_due(300s, false, false));
}

TEST(KeyFetcher, FetchesSoonerForAnUnknownKeyButNotForEach) {
  EXPECT_FALSE(fetch_due(9s, false, true));
  EXPECT_TRUE(fetch_due(10s, false, true));
}

TEST(KeyFetcher, TriesAgainSoonAfterAFailure) {
  EXPECT_FALSE(fetch_due(4s, true, true));
  EXPECT_TRUE(fetch_due(5s, true, false));
}

}  // namespace
}  // namespace everynode::webhook
