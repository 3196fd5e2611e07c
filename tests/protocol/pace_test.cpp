#include "everynode/protocol/pace.hpp"

#include <gtest/gtest.h>

namespace everynode::protocol {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Pace::Time begin{std::chrono::hours(1)};

TEST(Pace, HasNoLimitByItself) {
  Pace pace;
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(pace.next(begin), begin);
  pace.answered(begin, 200, {});
  pace.answered(begin, 503, seconds(5));
  EXPECT_EQ(pace.next(begin), begin);
  EXPECT_FALSE(pace.rate());
}

TEST(Pace, WaitsForRetryAfterAndGoesOnAtHalfTheRate) {
  Pace pace;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(pace.next(begin), begin);
  pace.answered(begin, 429, seconds(3));
  EXPECT_EQ(pace.rate(), 50);
  EXPECT_EQ(pace.next(begin), begin + seconds(3));
  EXPECT_EQ(pace.next(begin), begin + seconds(3) + milliseconds(20));
  EXPECT_EQ(pace.next(begin), begin + seconds(3) + milliseconds(40));
}

TEST(Pace, TakesABurstOf429AsOne) {
  Pace pace;
  for (int i = 0; i < 100; ++i) (void)pace.next(begin);
  for (int i = 0; i < 100; ++i) pace.answered(begin, 429, {});
  EXPECT_EQ(pace.rate(), 50);
  EXPECT_EQ(pace.next(begin), begin + seconds(1));
}

TEST(Pace, GrowsUntilTheLimitFallsAway) {
  Pace pace;
  for (int i = 0; i < 100; ++i) (void)pace.next(begin);
  pace.answered(begin, 429, {});
  (void)pace.next(begin + seconds(6));
  EXPECT_EQ(pace.rate(), 100);
  (void)pace.next(begin + seconds(30));
  EXPECT_FALSE(pace.rate());
}

TEST(Pace, IsNeverStoppedForLong) {
  Pace pace;
  (void)pace.next(begin);
  pace.answered(begin, 429, seconds(86400));
  EXPECT_EQ(pace.next(begin), begin + seconds(60));
  EXPECT_EQ(pace.rate(), 10);
}

TEST(Pace, StaysAboveWhatNobodyFindsTooFast) {
  Pace pace;
  (void)pace.next(begin);
  pace.answered(begin, 429, {});
  EXPECT_EQ(pace.rate(), 10);
  for (int i = 0; i < 10; ++i) (void)pace.next(begin + seconds(1));
  EXPECT_EQ(pace.next(begin + seconds(1)), begin + seconds(2)) << "ten in the first second after the pause";
}

}  // namespace
}  // namespace everynode::protocol
