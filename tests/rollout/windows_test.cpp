// When windows are open, by the clocks of their zones.
#include "everynode/rollout/windows.hpp"

#include <gtest/gtest.h>

#include "everynode/files/time_zones.hpp"

namespace everynode::rollout {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint8_t mon = 1, wed = 4, fri = 16, sat = 32, sun = 64, every_day = 127;

objects::Window window(std::uint8_t days, minutes from, minutes to, std::string zone = "Europe/Berlin") {
  return {.days = days, .from = from, .to = to, .time_zone = std::move(zone)};
}

objects::Time utc(const std::string& text) {
  return objects::parse_time(text).value();
}

Opening at(const std::vector<objects::Window>& windows, const std::string& now) {
  objects::RolloutPolicy policy;
  policy.windows = windows;
  TimeZones zones(files::load_time_zone);
  zones.learn(policy);
  return opening_at(windows, zones, utc(now));
}

/// "open until 2026-03-30T14:00:00Z, Mon 2026-03-30 16:00 Europe/Berlin"
std::string told(const std::vector<objects::Window>& windows, const std::string& now) {
  const Opening opening = at(windows, now);
  std::string text = opening.open ? "open" : "closed";
  if (!opening.changes_at) return text;
  const auto time = std::chrono::floor<std::chrono::seconds>(*opening.changes_at);
  return text + " until " + objects::to_rfc3339(time) + ", " + opening.local;
}

TEST(Windows, AreOpenFromTheFirstMomentToBeforeTheLast) {
  const std::vector<objects::Window> work{window(mon, hours(9), hours(16))};
  EXPECT_EQ(told(work, "2026-11-23T07:59:59.999999Z"),
            "closed until 2026-11-23T08:00:00Z, Mon 2026-11-23 09:00 Europe/Berlin");
  EXPECT_EQ(told(work, "2026-11-23T08:00:00Z"), "open until 2026-11-23T15:00:00Z, Mon 2026-11-23 16:00 Europe/Berlin");
  EXPECT_TRUE(at(work, "2026-11-23T14:59:59.999999Z").open);
  EXPECT_EQ(told(work, "2026-11-23T15:00:00Z"),
            "closed until 2026-11-30T08:00:00Z, Mon 2026-11-30 09:00 Europe/Berlin");
}

TEST(Windows, AreNotNeeded) {
  EXPECT_EQ(at({}, "2026-11-23T08:00:00Z"), Opening{});
}

/// Their days are those on which they open.
TEST(Windows, GoOverMidnightIntoTheNextDay) {
  const std::vector<objects::Window> night{window(fri, hours(22), hours(6))};
  EXPECT_FALSE(at(night, "2026-11-27T20:59:59Z").open);
  EXPECT_EQ(told(night, "2026-11-27T21:00:00Z"), "open until 2026-11-28T05:00:00Z, Sat 2026-11-28 06:00 Europe/Berlin");
  EXPECT_EQ(told(night, "2026-11-28T04:59:59Z"), "open until 2026-11-28T05:00:00Z, Sat 2026-11-28 06:00 Europe/Berlin");
  EXPECT_FALSE(at(night, "2026-11-28T05:00:00Z").open);
  EXPECT_FALSE(at(night, "2026-11-28T21:30:00Z").open) << "Saturday night is another";
}

TEST(Windows, FromATimeToTheSameTimeLastADay) {
  const std::vector<objects::Window> day{window(fri, hours(9), hours(9))};
  EXPECT_EQ(told(day, "2026-11-27T08:00:00Z"), "open until 2026-11-28T08:00:00Z, Sat 2026-11-28 09:00 Europe/Berlin");
  EXPECT_FALSE(at(day, "2026-11-28T08:00:00Z").open);
}

TEST(Windows, ThatMeetOrOverlapAreOne) {
  const std::vector<objects::Window> weekend{window(sat | sun, hours(0), hours(24))};
  EXPECT_EQ(told(weekend, "2026-11-28T12:00:00Z"),
            "open until 2026-11-29T23:00:00Z, Mon 2026-11-30 00:00 Europe/Berlin");
  const std::vector<objects::Window> mixed{window(wed, hours(20), hours(22)), window(wed, hours(8), hours(12)),
                                           window(wed, hours(12), hours(13), "Europe/London"),
                                           window(wed, hours(9), hours(10))};
  EXPECT_EQ(told(mixed, "2026-11-25T07:30:00Z"), "open until 2026-11-25T11:00:00Z, Wed 2026-11-25 12:00 Europe/Berlin");
  EXPECT_EQ(told(mixed, "2026-11-25T11:30:00Z"),
            "closed until 2026-11-25T12:00:00Z, Wed 2026-11-25 12:00 Europe/London");
}

/// On the night to 2026-03-29 Berlin's clocks go from 02:00 to 03:00, one hour less.
TEST(Windows, LoseTheHourThatClocksJumpOver) {
  const std::vector<objects::Window> night{window(sat, hours(22), hours(6))};
  EXPECT_EQ(told(night, "2026-03-28T21:00:00Z"), "open until 2026-03-29T04:00:00Z, Sun 2026-03-29 06:00 Europe/Berlin");
  const std::vector<objects::Window> work{window(every_day, hours(9), hours(16))};
  EXPECT_EQ(told(work, "2026-03-28T15:00:00Z"),
            "closed until 2026-03-29T07:00:00Z, Sun 2026-03-29 09:00 Europe/Berlin");
}

TEST(Windows, OpenAndCloseWhenClocksJumpOverTheirTime) {
  const std::vector<objects::Window> opens{window(sun, minutes(150), hours(4))};
  EXPECT_EQ(told(opens, "2026-03-29T00:30:00Z"),
            "closed until 2026-03-29T01:00:00Z, Sun 2026-03-29 03:00 Europe/Berlin");
  const std::vector<objects::Window> closes{window(sun, hours(1), minutes(150))};
  EXPECT_EQ(told(closes, "2026-03-29T00:30:00Z"),
            "open until 2026-03-29T01:00:00Z, Sun 2026-03-29 03:00 Europe/Berlin");
  const std::vector<objects::Window> never{window(sun, minutes(135), minutes(165))};
  EXPECT_EQ(told(never, "2026-03-29T00:30:00Z"),
            "closed until 2026-04-05T00:15:00Z, Sun 2026-04-05 02:15 Europe/Berlin")
      << "its time of this week does not exist";
}

/// On the night to 2026-10-25 Berlin's clocks go from 03:00 back to 02:00, one hour more.
TEST(Windows, OpenAndCloseTheFirstTimeThatClocksShowATimeTwice) {
  const std::vector<objects::Window> night{window(sat, hours(22), hours(6))};
  EXPECT_EQ(told(night, "2026-10-24T20:00:00Z"), "open until 2026-10-25T05:00:00Z, Sun 2026-10-25 06:00 Europe/Berlin");
  const std::vector<objects::Window> closes{window(sun, hours(1), minutes(150))};
  EXPECT_EQ(told(closes, "2026-10-24T23:30:00Z"),
            "open until 2026-10-25T00:30:00Z, Sun 2026-10-25 02:30 Europe/Berlin");
  EXPECT_FALSE(at(closes, "2026-10-25T01:15:00Z").open) << "02:15 for the second time";
  const std::vector<objects::Window> opens{window(sun, minutes(150), minutes(210))};
  EXPECT_EQ(told(opens, "2026-10-25T00:30:00Z"), "open until 2026-10-25T02:30:00Z, Sun 2026-10-25 03:30 Europe/Berlin");
}

TEST(Windows, KnowZonesOfAllKinds) {
  EXPECT_TRUE(at({window(mon, hours(12), hours(13), "Asia/Kathmandu")}, "2026-11-23T06:15:00Z").open) << "+05:45";
  EXPECT_FALSE(at({window(mon, hours(12), hours(13), "Asia/Kathmandu")}, "2026-11-23T06:14:59Z").open);
  EXPECT_TRUE(at({window(mon, hours(0), hours(1), "Pacific/Kiritimati")}, "2026-11-22T10:00:00Z").open) << "+14";
  EXPECT_TRUE(at({window(sun, hours(23), hours(24), "America/Los_Angeles")}, "2026-11-23T07:59:59Z").open);
  EXPECT_TRUE(at({window(sun, hours(12), hours(13), "UTC")}, "2026-11-22T12:00:00Z").open);
  EXPECT_TRUE(at({window(sun, hours(12), hours(13), "Europe/Berlin")}, "2046-07-22T10:30:00Z").open)
      << "summer time beyond the table of transitions";
}

TEST(Windows, OfAnUnknownZoneNeverOpen) {
  for (const char* name :
       {"Europe/Berlyn", "europe/berlin", "", "Local", "localtime", "/etc/localtime", "../zoneinfo/UTC",
        "Europe//Berlin", "Europe/", "libc:UTC", "Fixed/UTC+02:00:00", "tzdata.zi", "Europe", "UTC\n"}) {
    objects::RolloutPolicy policy;
    policy.windows = {window(every_day, hours(0), hours(24)), window(every_day, hours(0), hours(24), name)};
    TimeZones zones(files::load_time_zone);
    zones.learn(policy);
    EXPECT_TRUE(problem_with(policy, zones).starts_with("spec.windows[1].timeZone: ")) << name;
    EXPECT_TRUE(opening_at(policy.windows, zones, {}).open) << "the others do";
    EXPECT_EQ(opening_at({&policy.windows[1], 1}, zones, {}), (Opening{.open = false, .changes_at = {}, .local = {}}));
  }
}

TEST(Windows, AreNoProblemIfTheirZonesAreKnown) {
  objects::RolloutPolicy policy;
  policy.windows = {window(mon, hours(0), hours(24)), window(mon, hours(0), hours(24), "Etc/GMT+5")};
  TimeZones zones(files::load_time_zone);
  EXPECT_NE(problem_with(policy, zones), "");
  zones.learn(policy);
  EXPECT_EQ(problem_with(policy, zones), "");
}

/// Minute by minute through a year, against the clock itself.
TEST(Windows, AgreeWithTheClockWhereverItIsOfOneMind) {
  const std::vector<objects::Window> work{window(mon | wed, hours(9), hours(16), "America/New_York")};
  objects::RolloutPolicy policy;
  policy.windows = work;
  TimeZones zones(files::load_time_zone);
  zones.learn(policy);
  const objects::Time begin = utc("2026-01-01T00:00:00Z");
  Opening last = opening_at(work, zones, begin);
  int openings = 0;
  for (objects::Time now = begin; now < begin + std::chrono::days(365); now += minutes(15)) {
    const Opening opening = opening_at(work, zones, now);
    if (now >= *last.changes_at) {
      EXPECT_NE(opening.open, last.open) << objects::to_rfc3339_micro(now);
      openings += opening.open ? 1 : 0;
    } else {
      EXPECT_EQ(opening, last) << objects::to_rfc3339_micro(now);
    }
    last = opening;
  }
  EXPECT_EQ(openings, 104) << "two a week";
}

}  // namespace
}  // namespace everynode::rollout
