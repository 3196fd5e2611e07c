// Rollouts by policies, on nodes that fail and recover, of images that are bad, in takeover and beside the in-tree
// controller: no pod goes out of turn or beyond the budget, no node is excused that the rollout made bad, and in the
// end it is complete. A failure prints the smallest log that still fails.
#include "rollout_simulation.hpp"

#include <gtest/gtest.h>

#include "seeds.hpp"

namespace everynode::simulation {
namespace {

TEST(RolloutSimulation, KeepsWavesBudgetsAndBlameAndIsCompleteInTheEnd) {
  run_seeds<RolloutSimulation>(2000);
}

TEST(RolloutSimulation, DoesSoForFreshSeeds) {
  run_fresh_seeds<RolloutSimulation>(5);
}

TEST(RolloutSimulation, IsTheSameForTheSameSeed) {
  RolloutSimulation once(7);
  RolloutSimulation again(7);
  EXPECT_EQ(outcome(once), outcome(again));
  EXPECT_EQ(once.log(), again.log());
}

}  // namespace
}  // namespace everynode::simulation
