// What is undone again and again is done again more and more slowly.
#include "everynode/daemonset/repeat_backoff.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "builders.hpp"

namespace everynode::daemonset {
namespace {

using support::at;

/// When it is done, from `now` on until `end`, if it is undone `life` seconds after it was done.
std::vector<double> times(RepeatBackoff& backoff, double now, double end, double life = 0) {
  std::vector<double> done;
  while (now < end) {
    if (const auto until = backoff.until("a", at(now))) {
      now = std::chrono::duration<double>(*until - at(0)).count();
      continue;
    }
    backoff.done("a", at(now));
    done.push_back(now);
    now += life;
  }
  return done;
}

TEST(RepeatBackoff, LetsAFewPassAndDoublesThen) {
  RepeatBackoff backoff;
  EXPECT_EQ(times(backoff, 0, 600), (std::vector<double>{0, 0, 0, 0, 0, 1, 3, 7, 15, 31, 63, 127, 255, 511}));
  EXPECT_FALSE(backoff.until("b", at(511))) << "each object has its own";
  RepeatBackoff long_run;
  const auto all = times(long_run, 0, 24 * 3600);
  EXPECT_EQ(all.back() - all[all.size() - 2], 900) << "a quarter of an hour at most";
}

TEST(RepeatBackoff, ForgivesWhatLasts) {
  RepeatBackoff backoff;
  const auto all = times(backoff, 0, 3600, 60);
  EXPECT_EQ(all.size(), 60U) << "what lives for a minute waits for nothing";
  RepeatBackoff hot;
  times(hot, 0, 16);
  EXPECT_TRUE(hot.trouble("a", at(16)));
  EXPECT_TRUE(hot.until("a", at(16)));
  EXPECT_FALSE(hot.trouble("a", at(16 + 16 + 5 * 60))) << "nine times: five are forgiven";
  const auto end = hot.trouble_until("a", at(16));
  ASSERT_TRUE(end);
  EXPECT_TRUE(hot.trouble("a", *end - std::chrono::microseconds(1)));
  EXPECT_FALSE(hot.trouble("a", *end));
  EXPECT_FALSE(hot.trouble_until("a", *end));
}

TEST(RepeatBackoff, AllowsTwentyInTenMinutesWhateverHappens) {
  std::mt19937 random(1);
  for (int world = 0; world < 200; ++world) {
    RepeatBackoff backoff;
    std::vector<double> done;
    double now = 0;
    while (now < 3600) {
      if (random() % 4 == 0) backoff.forgive();
      for (const double one : times(backoff, now, now + 30, static_cast<double>(random() % 12) * 7))
        done.push_back(one);
      now = std::max(now + 30, done.empty() ? 0 : done.back());
    }
    for (std::size_t i = RepeatBackoff::most; i < done.size(); ++i) {
      ASSERT_GE(done[i] - done[i - RepeatBackoff::most], 600) << "world " << world;
    }
  }
}

TEST(RepeatBackoff, CountsWhatMayHaveBeenDoneAmongTheTwenty) {
  RepeatBackoff backoff;
  for (int i = 0; i < 5; ++i) {
    EXPECT_FALSE(backoff.until("a", at(0))) << i;
    for (int doubts = 0; doubts < 2; ++doubts) backoff.in_doubt("a");
    backoff.done("a", at(0));
    backoff.forgive();
  }
  EXPECT_FALSE(backoff.until("a", at(0)));
  backoff.in_doubt("a");
  EXPECT_EQ(backoff.until("a", at(0)), at(600)) << "four are kept for what nobody knows of";
  for (int doubts = 0; doubts < 100; ++doubts) backoff.in_doubt("b");
  EXPECT_FALSE(backoff.until("b", at(0))) << "an outage is no reason to wait";
}

TEST(RepeatBackoff, BeginsAnewWithANewGeneration) {
  RepeatBackoff backoff;
  times(backoff, 0, 10);
  EXPECT_TRUE(backoff.until("a", at(10)));
  EXPECT_FALSE(backoff.calm());
  backoff.forgive();
  EXPECT_FALSE(backoff.until("a", at(10)));
  EXPECT_TRUE(backoff.calm());
}

TEST(RepeatBackoff, TellsWhatItSawLast) {
  RepeatBackoff backoff;
  const auto cause = [&] { return cause_of(backoff.trouble("a", at(0)).value()); };
  for (int i = 0; i < 5; ++i) backoff.done("a", at(0));
  EXPECT_EQ(cause(), "somebody deletes its pods") << "nobody has told why";
  backoff.undone("a", Undone::ended);
  EXPECT_EQ(cause(), "its pods end");
  backoff.done("a", at(0));
  EXPECT_EQ(cause(), "its pods end") << "until the next has gone";
  backoff.done("a", at(0));
  EXPECT_EQ(cause(), "somebody deletes its pods");
}

TEST(RepeatBackoff, GoesOnWhereAnotherProcessEnded) {
  RepeatBackoff backoff;
  backoff.resume(at(-100));
  EXPECT_TRUE(backoff.trouble("a", at(0)));
  EXPECT_FALSE(backoff.until("a", at(0))) << "once at least";
  backoff.done("a", at(0));
  EXPECT_EQ(backoff.until("a", at(0)), at(128)) << "as long as it has lasted";
  backoff.resume({});
  EXPECT_FALSE(backoff.trouble("b", at(0)));
}

TEST(RepeatBackoff, DoesNotWaitForAClockThatWentBack) {
  RepeatBackoff backoff;
  times(backoff, 1000, 1010);
  EXPECT_FALSE(backoff.until("a", at(0)));
}

TEST(RepeatBackoff, ForgetsWhatIsOver) {
  RepeatBackoff backoff;
  times(backoff, 0, 10);
  EXPECT_FALSE(backoff.calm());
  backoff.done("b", at(3600));
  EXPECT_TRUE(backoff.calm());
}

}  // namespace
}  // namespace everynode::daemonset
