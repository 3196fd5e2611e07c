// Random clusters, random users, and a reconciler that sees late, loses answers and crashes: whatever happens, in the
// end there is one pod of the newest revision on each eligible node, and none elsewhere. A failure prints the smallest
// log that still fails.
//
// EVERYNODE_SIMULATION_SEEDS=100000 runs that many, from EVERYNODE_SIMULATION_FIRST on, and prints the speed;
// EVERYNODE_SIMULATION_SEED=17 runs one and prints its log; fresh seeds run for EVERYNODE_SIMULATION_SECONDS.
#include "simulation.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>

#include "cases.hpp"

namespace everynode::simulation {
namespace {

using std::chrono::steady_clock;

constexpr std::uint64_t usual_seeds = support::cases(3000);
constexpr std::uint64_t usual_seconds = 5;
constexpr unsigned shrinking_runs = 5000;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Empty if all invariants held; otherwise the one that did not.
std::string outcome(Simulation& simulation) {
  try {
    simulation.run();
  } catch (const std::exception& problem) {
    return problem.what();
  }
  return {};
}

/// The shortest log with which the seed still fails.
struct Smallest {
  std::size_t happened = 0;  ///< number of things that happened in the whole simulation
  std::size_t kept = 0;      ///< number of those that happen in this one
  std::vector<std::string> log;
  std::string problem;
};

Smallest smallest_failure(std::uint64_t seed, const std::string& forbidden = {}) {
  Simulation first(seed);
  first.forbid(forbidden);
  if (outcome(first).empty()) return {};
  const auto fails = [&](const std::set<Occasion>& kept) {
    Simulation simulation(seed, kept);
    simulation.forbid(forbidden);
    return !outcome(simulation).empty();
  };
  Simulation smallest(seed, shrink(first.happened(), fails, shrinking_runs));
  smallest.forbid(forbidden);
  std::string problem = outcome(smallest);
  return {.happened = first.happened().size(),
          .kept = smallest.happened().size(),
          .log = smallest.log(),
          .problem = std::move(problem)};
}

/// The failure as text, with its smallest log; empty if the seed passes.
std::string told(std::uint64_t seed) {
  Simulation simulation(seed);
  const std::string problem = outcome(simulation);
  if (problem.empty()) return {};
  const Smallest smallest = smallest_failure(seed);
  std::string text = problem + "\n  EVERYNODE_SIMULATION_SEED=" + std::to_string(seed) + " tells all of it; " +
                     std::to_string(smallest.kept) + " of its " + std::to_string(smallest.happened) +
                     " things suffice for: " + smallest.problem + "\n";
  for (const std::string& line : smallest.log) text += "    " + line + "\n";
  return text;
}

/// Runs until `goes_on` returns false, or five seeds have failed.
void run_from(std::uint64_t first, const std::function<bool(std::uint64_t seed)>& goes_on) {
  const auto began = steady_clock::now();
  std::uint64_t seed = first;
  for (int failures = 0; goes_on(seed) && failures < 5; ++seed) {
    const std::string problem = told(seed);
    if (problem.empty()) continue;
    ++failures;
    ADD_FAILURE() << problem;
  }
  const std::chrono::duration<double> took = steady_clock::now() - began;
  std::cout << seed - first << " schedules from EVERYNODE_SIMULATION_SEED=" << first << " in " << took.count() << " s, "
            << static_cast<double>(seed - first) / took.count() << " a second\n";
}

TEST(Simulation, EndsWithOnePodOfTheNewestRevisionOnEachEligibleNode) {
  if (const std::uint64_t one = number_from("EVERYNODE_SIMULATION_SEED", 0)) {
    Simulation simulation(one);
    const std::string problem = outcome(simulation);
    for (const auto& line : simulation.log()) std::cout << line << "\n";
    EXPECT_EQ(problem, "");
    return;
  }
  const std::uint64_t first = number_from("EVERYNODE_SIMULATION_FIRST", 1);
  const std::uint64_t seeds = number_from("EVERYNODE_SIMULATION_SEEDS", usual_seeds);
  run_from(first, [&](std::uint64_t seed) { return seed < first + seeds; });
}

TEST(Simulation, EndsSoForFreshSeeds) {
  const auto end =
      steady_clock::now() + std::chrono::seconds(number_from("EVERYNODE_SIMULATION_SECONDS", usual_seconds));
  run_from(std::random_device()(), [&](std::uint64_t) { return steady_clock::now() < end; });
}

TEST(Simulation, IsTheSameForTheSameSeed) {
  Simulation once(7);
  Simulation again(7);
  EXPECT_EQ(outcome(once), outcome(again));
  EXPECT_EQ(once.log(), again.log());
}

TEST(Simulation, TellsAFailureByFewThings) {
  std::size_t told = 0;
  for (std::uint64_t seed = 1; seed <= 20 && told < support::cases(60); ++seed) {
    const Smallest smallest = smallest_failure(seed, "gets a finalizer");
    if (smallest.happened == 0) continue;
    ++told;
    EXPECT_TRUE(smallest.problem.starts_with("forbidden: ")) << smallest.problem;
    EXPECT_LE(smallest.kept, 10U) << seed;
  }
  EXPECT_GT(told, 5U);
}

}  // namespace
}  // namespace everynode::simulation
