#include "everynode/sync/plan_pace.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

using namespace std::chrono_literals;

const PlanPace::Instant start{1h};

/// Plans as soon as it may; returns how long it had to wait each time.
std::vector<PlanPace::Duration> waits(PlanPace& pace, std::size_t nodes, int plans) {
  std::vector<PlanPace::Duration> found;
  auto now = start;
  for (int i = 0; i < plans; ++i) {
    const auto at = std::max(now, pace.next());
    found.push_back(at - now);
    now = at;
    pace.planned(nodes, now);
  }
  return found;
}

TEST(PlanPace, LetsAFewPlansPassAndThenOneForEachRest) {
  PlanPace pace;
  EXPECT_EQ(waits(pace, 1000, 7), (std::vector<PlanPace::Duration>{0s, 0s, 0s, 0s, 60ms, 60ms, 60ms}));
}

TEST(PlanPace, RestsNoLongerHoweverManyNodesThereAre) {
  PlanPace pace;
  EXPECT_EQ(waits(pace, 1'000'000, 6).back(), 300ms);
}

TEST(PlanPace, AsksNoRestWhereThereIsNothingToWalk) {
  PlanPace pace;
  EXPECT_EQ(waits(pace, 0, 100).back(), 0s);
}

TEST(PlanPace, IsNotHeldBackForLongByWhatWasUrgent) {
  PlanPace pace;
  for (int i = 0; i < 100; ++i) pace.planned(5000, start);
  EXPECT_EQ(pace.next(), start + 300ms);
}

TEST(PlanPace, HasPlansInARowAgainAfterAPause) {
  PlanPace pace;
  waits(pace, 1000, 7);
  pace.planned(1000, start + 1h);
  EXPECT_LE(pace.next(), start + 1h);
}

}  // namespace
}  // namespace everynode::sync
