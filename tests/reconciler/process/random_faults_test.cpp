// Repeats the scenario with random faults.
//
//     EVERYNODE_FAULT_SEED=17 EVERYNODE_FAULT_SECONDS=0    one run, of this seed
#include <gtest/gtest.h>

#include <cstdlib>
#include <future>

#include "cases.hpp"
#include "reconcile_loop_run.hpp"
#include "scenario_run.hpp"
#include "seeded_faults.hpp"

namespace everynode::reconciler {
namespace {

using std::chrono::steady_clock;

std::uint64_t number_of(const char* variable, std::uint64_t usually) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? usually : std::stoull(text);
}

/// Plays one scenario; once, when the seed says so, the controller dies and another one takes its place.
std::string play(std::uint64_t seed) {
  ScenarioRun scenario;
  SeededFaults faults(seed);
  scenario.cluster().set_page(1 + seed % 7);
  scenario.cluster().set_faults([&](const support::ApiRequest& request) { return faults.of_request(request); });
  scenario.cluster().set_watch_faults([&](const support::ApiRequest&) { return faults.of_watch(); });
  RunOptions options;
  options.seed = seed;
  options.silence_timeout = std::chrono::seconds(2);
  options.streams = seed % 2 == 0;
  auto run = std::make_unique<ReconcileLoopRun>(scenario.cluster(), options);
  const auto death = steady_clock::now() + std::chrono::milliseconds(seed * 37 % 1500);
  bool died = seed % 3 != 0;
  std::string wrong = scenario.play([&] {
    if (died || steady_clock::now() < death) return;
    died = true;
    run.reset();
    run = std::make_unique<ReconcileLoopRun>(scenario.cluster(), options);
  });
  if (wrong.empty()) return {};
  for (const std::string& problem : run->problems()) wrong += "not done: " + problem + "\n";
  return wrong;
}

constexpr std::size_t lanes = support::cases(24);  ///< most of the time they wait

TEST(RandomFaults, ChangeNothingInTheEnd) {
  const std::uint64_t first = number_of("EVERYNODE_FAULT_SEED", 1);
  const auto end = steady_clock::now() + std::chrono::seconds(number_of("EVERYNODE_FAULT_SECONDS", 10));
  std::atomic<std::uint64_t> next = first;
  const auto work = [&] {
    std::string problems;
    do {
      const std::uint64_t seed = next++;
      const std::string problem = play(seed);
      if (!problem.empty()) problems += "EVERYNODE_FAULT_SEED=" + std::to_string(seed) + ": " + problem + "\n";
    } while (steady_clock::now() < end);
    return problems;
  };
  std::vector<std::future<std::string>> running;
  const std::size_t side_by_side = steady_clock::now() < end ? lanes : 1;
  for (std::size_t lane = 0; lane < side_by_side; ++lane) running.push_back(std::async(std::launch::async, work));
  for (auto& lane : running) EXPECT_EQ(lane.get(), "");
  std::cout << next - first << " runs, seeds from " << first << "\n";
}

}  // namespace
}  // namespace everynode::reconciler
