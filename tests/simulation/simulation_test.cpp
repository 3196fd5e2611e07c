// Random clusters, random users, a controller that sees late, loses answers and crashes: whatever happens, in the end
// there is one pod of the newest revision on each eligible node, and none elsewhere.
//
// EVERYNODE_SIMULATION_SEEDS=100000 runs that many; EVERYNODE_SIMULATION_SEED=17 runs one and tells its story.
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

namespace everynode::simulation {
namespace {

#ifdef NDEBUG
constexpr std::uint64_t usual_seeds = 3000;
#else
constexpr std::uint64_t usual_seeds = 300;  // sanitizers run on builds for debugging, which take ten times as long
#endif

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Empty if all went well; else what was wrong.
std::string outcome(Simulation& simulation) {
  try {
    simulation.run();
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return {};
}

TEST(Simulation, EndsWithOnePodOfTheNewestRevisionOnEachEligibleNode) {
  if (const std::uint64_t one = number_from("EVERYNODE_SIMULATION_SEED", 0)) {
    Simulation simulation(one);
    const std::string problem = outcome(simulation);
    for (const auto& line : simulation.story()) std::cout << line << "\n";
    EXPECT_EQ(problem, "");
    return;
  }
  const std::uint64_t seeds = number_from("EVERYNODE_SIMULATION_SEEDS", usual_seeds);
  int failures = 0;
  for (std::uint64_t seed = 1; seed <= seeds && failures < 5; ++seed) {
    Simulation simulation(seed);
    const std::string problem = outcome(simulation);
    if (problem.empty()) continue;
    ++failures;
    ADD_FAILURE() << problem << "\n  EVERYNODE_SIMULATION_SEED=" << seed << " tells how it came to that";
  }
}

TEST(Simulation, IsTheSameForTheSameSeed) {
  Simulation once(7);
  Simulation again(7);
  EXPECT_EQ(outcome(once), outcome(again));
  EXPECT_EQ(once.story(), again.story());
}

}  // namespace
}  // namespace everynode::simulation
