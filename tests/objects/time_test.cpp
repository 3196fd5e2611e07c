#include "everynode/objects/time.hpp"

#include <gtest/gtest.h>

#include <random>

namespace everynode::objects {
namespace {

using std::chrono::microseconds;
using std::chrono::sys_time;

TEST(Time, ReadsEveryFormOfRfc3339) {
  const sys_time<microseconds> noon{std::chrono::sys_days(std::chrono::year{2026} / 2 / 28) + std::chrono::hours{12}};
  EXPECT_EQ(parse_time("2026-02-28T12:00:00Z"), noon);
  EXPECT_EQ(parse_time("2026-02-28t12:00:00z"), noon);
  EXPECT_EQ(parse_time("2026-02-28T13:30:00+01:30"), noon);
  EXPECT_EQ(parse_time("2026-02-28T11:00:00-01:00"), noon);
  EXPECT_EQ(parse_time("2026-02-28T12:00:00.5Z"), noon + microseconds{500'000});
  EXPECT_EQ(parse_time("2026-02-28T12:00:00.000001999Z"), noon + microseconds{1});
}

TEST(Time, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "null", "2026-02-28", "2026-02-28T12:00:00", "2026-02-30T12:00:00Z", "2026-13-01T12:00:00Z",
        "2026-02-28T24:00:00Z", "2026-02-28T12:60:00Z", "2026-02-28T12:00:00.Z", "2026-02-28T12:00:00Zx",
        "2026-02-28T12:00:00+25:00", "2026-2-28T12:00:00Z", "-026-02-28T12:00:00Z"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

TEST(Time, WritesAsKubernetesDoes) {
  const sys_time<microseconds> time{std::chrono::sys_days(std::chrono::year{2026} / 1 / 2) + std::chrono::hours{3} +
                                    std::chrono::minutes{4} + std::chrono::seconds{5} + microseconds{6}};
  EXPECT_EQ(to_rfc3339_micro(time), "2026-01-02T03:04:05.000006Z");
  EXPECT_EQ(to_rfc3339(std::chrono::floor<std::chrono::seconds>(time)), "2026-01-02T03:04:05Z");
}

TEST(Time, IsLeftForADayAtMost) {
  const Time now = *parse_time("2026-11-24T12:00:00Z");
  EXPECT_EQ(time_left(*parse_time("2026-11-24T12:00:01.5Z"), now), microseconds{1'500'000});
  EXPECT_EQ(time_left(*parse_time("2026-11-24T11:00:00Z"), now), microseconds{0});
  EXPECT_EQ(time_left(*parse_time("9999-12-31T23:59:59Z"), now), std::chrono::days{1});
  EXPECT_EQ(time_left(*parse_time("0001-01-01T00:00:00Z"), now), microseconds{0});
}

TEST(Time, ReadsBackWhatItWrote) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<std::int64_t> years_0_to_9999(-62'167'219'200'000'000, 253'402'300'799'000'000);
  for (int i = 0; i < 2'000; ++i) {
    const sys_time<microseconds> time{microseconds{years_0_to_9999(random)}};
    ASSERT_EQ(parse_time(to_rfc3339_micro(time)), time) << to_rfc3339_micro(time);
  }
}

}  // namespace
}  // namespace everynode::objects
