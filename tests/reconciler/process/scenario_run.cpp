#include "scenario_run.hpp"

#include <chrono>
#include <thread>

namespace everynode::reconciler {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

/// A watch that keeps failing waits up to 30 s before it lists again, as client-go does, and that list may fail too.
constexpr auto patience = 120s;
constexpr auto rest = 40ms;        ///< longer than a key waits between two syncs
constexpr auto last_rest = 400ms;  ///< also longer than a status waits to be written

}  // namespace

Scenario usual_scenario() {
  const auto create = [](FakeObjects& objects) {
    add_nodes(objects, 5);
    objects.write("pods", orphan("orphan", "agent", "n1"));
    add_daemon_set(objects, daemon_set("agent", "i:1"));
  };
  return {.name = "Usual",
          .limits = {},
          .steps = {{"create", create},
                    {"roll", [](FakeObjects& objects) { set_image(objects, "agent", "i:2"); }},
                    {"forget the node", [](FakeObjects& objects) { objects.erase("nodes", "/n5"); }}}};
}

ScenarioRun::ScenarioRun(Scenario scenario) : scenario_(std::move(scenario)) {
  cluster_.observe([this](const FakeObjects& objects, const std::string& plural, const Json& object) {
    invariants_.check(objects, plural, object);
  });
}

std::string ScenarioRun::play(const std::function<void()>& meanwhile) {
  for (const Step& step : scenario_.steps) {
    cluster_.change(step.change);
    if (!comes_to_rest(step, meanwhile)) return "it does not " + step.what + ":\n" + summary();
  }
  return cluster_.ask([this](const FakeObjects& objects) {
    std::string all = unowned_revisions_in(objects);
    for (const std::string& violation : invariants_.violations()) all += violation + "\n";
    return all;
  });
}

/// Waits until the cluster is settled and nothing is written any more, or until the next step begins.
bool ScenarioRun::comes_to_rest(const Step& step, const std::function<void()>& meanwhile) {
  const auto deadline = steady_clock::now() + patience;
  const auto calm_for = &step == &scenario_.steps.back() ? last_rest : rest;
  auto settled_since = steady_clock::now();
  std::uint64_t version = 0;
  while (steady_clock::now() < deadline) {
    meanwhile();
    std::this_thread::sleep_for(2ms);
    const auto [settled, now_at] = cluster_.ask([&](const FakeObjects& objects) {
      const bool calm = !step.rests || (is_settled(objects) && none_is_left_over(objects));
      return std::pair(calm && step.outcome(objects), objects.version());
    });
    if (settled && !step.rests) return true;
    if (!settled || std::exchange(version, now_at) != now_at) settled_since = steady_clock::now();
    if (steady_clock::now() - settled_since > calm_for) return true;
  }
  return false;
}

std::string ScenarioRun::summary() const {
  return cluster_.ask([this](const FakeObjects& objects) { return summary_of(objects, scenario_.chance_label); });
}

}  // namespace everynode::reconciler
