#include "everynode/sync/caution.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

using namespace std::chrono_literals;

constexpr Caution::Instant begin{1h};
constexpr std::size_t nodes = 2000;
constexpr std::size_t few = nodes / Caution::share;

Caution after(std::size_t writes, Caution caution = {}, Caution::Instant now = begin) {
  for (std::size_t i = 0; i < writes; ++i) caution.began(now);
  return caution;
}

bool may_begin(const Caution& caution, Caution::Instant now, std::size_t count = nodes) {
  return caution.until(count, now) <= now;
}

TEST(Caution, LetsAFewBeginAfterALull) {
  EXPECT_TRUE(may_begin(Caution{}, begin));
  EXPECT_TRUE(may_begin(after(few - 1), begin));
  EXPECT_FALSE(may_begin(after(few), begin));
  EXPECT_EQ(after(few).until(nodes, begin), Caution::Instant::max()) << "there is no answer yet";
  EXPECT_FALSE(may_begin(after(Caution::least), begin, 3));
  EXPECT_TRUE(may_begin(after(Caution::least - 1), begin, 3));
}

TEST(Caution, LastsAsLongAsTheOtherMayNeed) {
  Caution caution = after(few);
  caution.ended(true, begin + 50ms);
  caution.ended(true, begin + 90ms);
  EXPECT_EQ(caution.until(nodes, begin + 50ms), begin + 400ms) << "eight times as long as the first answer took";
  EXPECT_TRUE(may_begin(after(100, caution), begin + 400ms));
}

TEST(Caution, IsNeitherHastyNorEndless) {
  Caution quick = after(few);
  quick.ended(true, begin + 1ms);
  EXPECT_EQ(quick.until(nodes, begin + 1ms), begin + Caution::shortest);
  Caution slow = after(few);
  slow.ended(true, begin + 30s);
  EXPECT_TRUE(may_begin(slow, begin + 30s));
}

TEST(Caution, DoesNotCountWhatIsRefused) {
  Caution caution = after(few);
  caution.ended(false, begin + 1ms);
  EXPECT_TRUE(may_begin(caution, begin + 1ms));
  EXPECT_FALSE(may_begin(after(1, caution, begin + 1ms), begin + 1ms));
}

TEST(Caution, BeginsAnewAfterALull) {
  Caution caution = after(few);
  caution.ended(true, begin + 1ms);
  const auto soon = begin + Caution::lull - 1s;
  EXPECT_TRUE(may_begin(after(few, caution, soon), soon)) << "no lull";
  const auto later = begin + Caution::lull;
  EXPECT_TRUE(may_begin(caution, later));
  EXPECT_FALSE(may_begin(after(few, caution, later), later));
}

}  // namespace
}  // namespace everynode::sync
