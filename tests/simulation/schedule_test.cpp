#include "schedule.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace everynode::simulation {
namespace {

std::vector<Occasion> hundred() {
  std::vector<Occasion> all;
  for (std::uint32_t i = 0; i < 100; ++i) all.push_back({.step = 1 + i / 10, .thing = i % 10});
  return all;
}

TEST(Schedule, LeavesTheOthersAsTheyWere) {
  const auto play = [](std::optional<std::set<Occasion>> only) {
    Schedule schedule(1, std::move(only));
    std::vector<std::size_t> drawn;
    for (int i = 0; i < 3; ++i) {
      schedule.begin_step();
      if (schedule.happens(1)) drawn.push_back(schedule.rng().below(1000));
      drawn.push_back(schedule.choice().below(1000));
    }
    return drawn;
  };
  auto all = play(std::nullopt);
  ASSERT_EQ(all.size(), 6U);
  all.erase(all.begin() + 2);
  const Occasion first{.step = 1, .thing = 1};
  const Occasion last{.step = 3, .thing = 1};
  EXPECT_EQ(play(std::set{first, last}), all);
}

TEST(Shrink, KeepsWhatTheFailureNeeds) {
  const std::set<Occasion> needed{{.step = 2, .thing = 3}, {.step = 7, .thing = 0}, {.step = 7, .thing = 9}};
  const auto fails = [&](const std::set<Occasion>& kept) { return std::ranges::includes(kept, needed); };
  EXPECT_EQ(shrink(hundred(), fails, 1000), needed);
}

TEST(Shrink, EndsWhenItHasAskedOftenEnough) {
  unsigned asked = 0;
  const auto fails = [&](const std::set<Occasion>&) { return ++asked > 1000; };
  EXPECT_EQ(shrink(hundred(), fails, 20).size(), 100U);
  EXPECT_EQ(asked, 20U);
}

}  // namespace
}  // namespace everynode::simulation
