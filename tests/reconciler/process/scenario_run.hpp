/// One scenario, from the first DaemonSet to the last, that a controller must bring to its end whatever happens to it.
#pragma once

#include <functional>

#include "invariants.hpp"

namespace everynode::reconciler {

/// A user changes something, and the controller must follow.
struct Step {
  std::string what;
  std::function<void(FakeObjects&)> change;
  /// The expected result, beside one ready pod of the newest template on each node.
  std::function<bool(const FakeObjects&)> outcome = [](const FakeObjects&) { return true; };
  bool rests = true;  ///< false: the next step begins during this one, as soon as its outcome is there
};

struct Scenario {
  std::string name;
  Limits limits;
  std::vector<Step> steps;
  std::string chance_label = {};  ///< a label of pods that depends on timing, so two runs may differ in it
};

/// Creation with adoption, a rolling update, and a node that is deleted.
[[nodiscard]] Scenario usual_scenario();

class ScenarioRun {
 public:
  explicit ScenarioRun(Scenario scenario = usual_scenario());

  [[nodiscard]] FakeCluster& cluster() { return cluster_; }

  /// Plays the scenario. Calls `meanwhile` again and again while it waits. Returns what went wrong; empty if nothing
  /// did.
  [[nodiscard]] std::string play(const std::function<void()>& meanwhile);

  [[nodiscard]] std::string summary() const;

 private:
  [[nodiscard]] bool comes_to_rest(const Step& step, const std::function<void()>& meanwhile);

  Scenario scenario_;
  Invariants invariants_{scenario_.limits};
  FakeCluster cluster_;
};

}  // namespace everynode::reconciler
