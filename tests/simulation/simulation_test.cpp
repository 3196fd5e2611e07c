// Random clusters, random users, and a reconciler that sees late, loses answers and crashes: whatever happens, in the
// end there is one pod of the newest revision on each eligible node, and none elsewhere. A failure prints the smallest
// log that still fails.
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "seeds.hpp"

namespace everynode::simulation {
namespace {

TEST(Simulation, EndsWithOnePodOfTheNewestRevisionOnEachEligibleNode) {
  run_seeds<Simulation>(3000);
}

TEST(Simulation, EndsSoForFreshSeeds) {
  run_fresh_seeds<Simulation>(5);
}

TEST(Simulation, IsTheSameForTheSameSeed) {
  Simulation once(7);
  Simulation again(7);
  EXPECT_EQ(outcome(once), outcome(again));
  EXPECT_EQ(once.log(), again.log());
}

TEST(Simulation, TellsAFailureByFewThings) {
  std::vector<std::size_t> kept;
  for (std::uint64_t seed = 1; seed <= 20 && kept.size() < support::cases(120); ++seed) {
    const Smallest smallest =
        smallest_failure<Simulation>(seed, [](Simulation& simulation) { simulation.forbid("gets a finalizer"); });
    if (smallest.happened == 0) continue;
    kept.push_back(smallest.kept);
    EXPECT_TRUE(smallest.problem.starts_with("forbidden: ")) << smallest.problem;
    // No single one of these can be left out, though fewer others might do.
    EXPECT_LE(smallest.kept, smallest.happened / 4) << seed;
  }
  ASSERT_GT(kept.size(), 5U);
  const auto median = kept.begin() + std::ssize(kept) / 2;
  std::ranges::nth_element(kept, median);
  EXPECT_LE(*median, 5U);
}

}  // namespace
}  // namespace everynode::simulation
