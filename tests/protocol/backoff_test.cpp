#include "everynode/protocol/backoff.hpp"

#include <gtest/gtest.h>

#include "everynode/protocol/token_bucket.hpp"

namespace everynode::protocol {
namespace {

using namespace std::chrono_literals;

TEST(Backoff, StaysBetweenBaseAndThreeTimesTheLast) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(seed, {});
    std::chrono::milliseconds last = 100ms;
    for (int i = 0; i < 50; ++i) {
      const auto wait = backoff.next();
      ASSERT_GE(wait, 100ms);
      ASSERT_LE(wait, std::min<std::chrono::milliseconds>(30s, last * 3));
      last = wait;
    }
    backoff.reset();
    ASSERT_LE(backoff.next(), 300ms);
  }
}

TEST(Backoff, DiffersBySeed) {
  Backoff a(1, {});
  Backoff b(2, {});
  int equal = 0;
  for (int i = 0; i < 50; ++i) equal += a.next() == b.next() ? 1 : 0;
  EXPECT_LT(equal, 25);
}

TEST(Backoff, ExponentialDoesNotOverflow) {
  EXPECT_EQ(exponential(5ms, 0, 1000s), 5ms);
  EXPECT_EQ(exponential(5ms, 3, 1000s), 40ms);
  EXPECT_EQ(exponential(5ms, 4'000'000'000, 1000s), 1000s);
}

TEST(TokenBucket, GivesABurstAndThenItsRate) {
  using Time = std::chrono::steady_clock::time_point;
  const Time start{1000s};
  TokenBucket<Time> bucket(2, 10s);
  EXPECT_TRUE(bucket.take(start));
  EXPECT_TRUE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start));
  EXPECT_FALSE(bucket.take(start + 9s));
  EXPECT_TRUE(bucket.take(start + 10s));
  EXPECT_FALSE(bucket.take(start + 10s));
  EXPECT_TRUE(bucket.take(start + 1h));
  EXPECT_TRUE(bucket.take(start + 1h));
  EXPECT_FALSE(bucket.take(start + 1h)) << "it holds no more than the burst";
}

TEST(TokenBucket, ReservesAhead) {
  using Time = std::chrono::steady_clock::time_point;
  const Time start{1000s};
  TokenBucket<Time> bucket(1, 10s);
  EXPECT_EQ(bucket.reserve(start), 0s);
  EXPECT_EQ(bucket.reserve(start), 10s);
  EXPECT_EQ(bucket.reserve(start + 5s), 15s);
  EXPECT_EQ(bucket.next(), start + 30s);
  EXPECT_FALSE(bucket.is_full(start + 29s));
  EXPECT_TRUE(bucket.is_full(start + 30s));
}

}  // namespace
}  // namespace everynode::protocol
