/// Runs simulations for many seeds, and tells failures by the fewest things that still fail.
//
// EVERYNODE_SIMULATION_SEEDS=100000 runs that many, from EVERYNODE_SIMULATION_FIRST on, and prints the speed;
// EVERYNODE_SIMULATION_SEED=17 runs one and prints its log; fresh seeds run for EVERYNODE_SIMULATION_SECONDS.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cases.hpp"
#include "schedule.hpp"

namespace everynode::simulation {

inline std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Empty if all invariants held; otherwise the one that did not.
template <class Simulation>
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

/// `prepare` is called with each simulation before it runs.
template <class Simulation>
Smallest smallest_failure(std::uint64_t seed, const std::function<void(Simulation&)>& prepare = [](Simulation&) {}) {
  constexpr unsigned shrinking_runs = 5000;
  Simulation first(seed);
  prepare(first);
  if (outcome(first).empty()) return {};
  const auto fails = [&](const std::set<Occasion>& kept) {
    Simulation simulation(seed, kept);
    prepare(simulation);
    return !outcome(simulation).empty();
  };
  Simulation smallest(seed, shrink(first.happened(), fails, shrinking_runs));
  prepare(smallest);
  std::string problem = outcome(smallest);
  return {.happened = first.happened().size(),
          .kept = smallest.happened().size(),
          .log = smallest.log(),
          .problem = std::move(problem)};
}

/// The failure as text, with its smallest log; empty if the seed passes.
template <class Simulation>
std::string told(std::uint64_t seed) {
  Simulation simulation(seed);
  const std::string problem = outcome(simulation);
  if (problem.empty()) return {};
  const Smallest smallest = smallest_failure<Simulation>(seed);
  std::string text = problem + "\n  EVERYNODE_SIMULATION_SEED=" + std::to_string(seed) + " tells all of it; " +
                     std::to_string(smallest.kept) + " of its " + std::to_string(smallest.happened) +
                     " things suffice for: " + smallest.problem + "\n";
  for (const std::string& line : smallest.log) text += "    " + line + "\n";
  return text;
}

/// Runs until `goes_on` returns false, or five seeds have failed.
template <class Simulation>
void run_from(std::uint64_t first, const std::function<bool(std::uint64_t seed)>& goes_on) {
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t seed = first;
  for (int failures = 0; goes_on(seed) && failures < 5; ++seed) {
    const std::string problem = told<Simulation>(seed);
    if (problem.empty()) continue;
    ++failures;
    ADD_FAILURE() << problem;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << seed - first << " schedules from EVERYNODE_SIMULATION_SEED=" << first << " in " << took.count() << " s, "
            << static_cast<double>(seed - first) / took.count() << " a second\n";
}

/// As many seeds as asked for, otherwise `usual`; or the one that was asked for.
template <class Simulation>
void run_seeds(std::uint64_t usual) {
  if (const std::uint64_t one = number_from("EVERYNODE_SIMULATION_SEED", 0)) {
    Simulation simulation(one);
    const std::string problem = outcome(simulation);
    for (const auto& line : simulation.log()) std::cout << line << "\n";
    EXPECT_EQ(problem, "");
    return;
  }
  const std::uint64_t first = number_from("EVERYNODE_SIMULATION_FIRST", 1);
  const std::uint64_t seeds = number_from("EVERYNODE_SIMULATION_SEEDS", support::cases(usual));
  run_from<Simulation>(first, [&](std::uint64_t seed) { return seed < first + seeds; });
}

template <class Simulation>
void run_fresh_seeds(std::uint64_t usual_seconds) {
  using std::chrono::steady_clock;
  const auto end =
      steady_clock::now() + std::chrono::seconds(number_from("EVERYNODE_SIMULATION_SECONDS", usual_seconds));
  run_from<Simulation>(std::random_device()(), [&](std::uint64_t) { return steady_clock::now() < end; });
}

}  // namespace everynode::simulation
