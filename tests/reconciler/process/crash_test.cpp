// The controller dies before and after each write of each scenario; the next one brings the scenario to the same end.
// The invariants are checked at every change.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "cases.hpp"
#include "reconcile_loop_run.hpp"
#include "scenarios.hpp"

namespace everynode::reconciler {
namespace {

using support::ApiRequest;
using support::Fault;

/// One run in which the controller dies at write number `fatal` (0: never).
class MortalRun {
 public:
  MortalRun(Scenario scenario, std::size_t fatal, Fault::Kind how)
      : fatal_(fatal), how_(how), run_of_scenario_(std::move(scenario)) {
    run_of_scenario_.cluster().set_faults([this](const ApiRequest& request) { return fault_of(request); });
  }

  std::string play() {
    std::string problem = run_of_scenario_.play([this] { live_on(); });
    run_.reset();
    return problem;
  }

  [[nodiscard]] std::size_t writes() const { return writes_; }
  [[nodiscard]] std::string summary() const { return run_of_scenario_.summary(); }

 private:
  /// A dead controller does nothing more: its requests that were under way are lost too.
  Fault fault_of(const ApiRequest& request) {
    if (dead_ || !request.headers.at("user-agent").ends_with("/" + std::to_string(lives_)))
      return {.kind = Fault::Kind::drop_before};
    if (!support::is_write(request) || ++writes_ != fatal_) return {};
    dead_ = true;
    return {.kind = how_};
  }

  void live_on() {
    if (dead_) run_.reset();
    if (run_) return;
    dead_ = false;
    RunOptions options;
    options.seed = ++lives_;
    run_ = std::make_unique<ReconcileLoopRun>(run_of_scenario_.cluster(), options);
  }

  std::size_t fatal_;
  Fault::Kind how_;
  std::atomic<std::size_t> writes_ = 0;
  std::atomic<bool> dead_ = false;
  std::atomic<std::uint64_t> lives_ = 0;
  ScenarioRun run_of_scenario_;
  std::unique_ptr<ReconcileLoopRun> run_;
};

/// Runs are parallel: most of the time they wait.
constexpr std::size_t lanes = 8;

class Crash : public ::testing::TestWithParam<Scenario> {};

TEST_P(Crash, AtAnyWriteChangesNothingInTheEnd) {
  MortalRun undisturbed(GetParam(), 0, Fault::Kind::none);
  ASSERT_EQ(undisturbed.play(), "");
  const std::size_t writes = undisturbed.writes();
  const std::string wanted = undisturbed.summary();
  const std::size_t deaths = 2 * writes;
  const std::size_t step = (deaths / support::cases(deaths)) | 1;  // odd: some before a write, some after it
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    std::string problems;
    for (std::size_t i = next.fetch_add(step); i < deaths; i = next.fetch_add(step)) {
      const bool before = i % 2 == 0;
      MortalRun run(GetParam(), 1 + i / 2, before ? Fault::Kind::drop_before : Fault::Kind::drop_after);
      std::string problem = run.play();
      if (problem.empty() && run.summary() != wanted) problem = "another end:\n" + run.summary();
      if (problem.empty()) continue;
      problems += std::string(before ? "before" : "after") + " write " + std::to_string(1 + i / 2) + ": " + problem;
    }
    return problems;
  };
  std::vector<std::future<std::string>> running;
  for (std::size_t lane = 0; lane < lanes; ++lane) running.push_back(std::async(std::launch::async, work));
  for (auto& lane : running) EXPECT_EQ(lane.get(), "") << "the undisturbed end:\n" << wanted;
  std::cout << GetParam().name << ": " << (deaths + step - 1) / step << " deaths survived, at " << writes
            << " writes\n";
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Crash, ::testing::ValuesIn(scenarios()),
                         [](const auto& instance) { return instance.param.name; });

}  // namespace
}  // namespace everynode::reconciler
