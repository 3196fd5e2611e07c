// everynode_plan_cost: the events of a roll, one after the other, and the plan that follows each. callgrind counts the
// functions `happen...` (plan_cost.py).
#include <CLI/CLI.hpp>
#include <array>
#include <cstddef>
#include <iostream>
#include <string>

#include "builders.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/daemonset/plan.hpp"
#include "program.hpp"

namespace everynode::bench {
namespace {

using cache::Store;
using support::at;

const cache::Key agent{.namespace_ = "default", .name = "agent"};

struct Options {
  std::size_t nodes = 1000;
  std::size_t events = 20;
  bool policy = false;
  std::string event = "pod";
};

/// A canary, a tenth of the nodes by count, zone by zone, and the rest.
objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = agent.namespace_;
  policy.name = "policy";
  policy.uid = "p";
  policy.resource_version = "1";
  policy.max_unavailable = {.value = 10, .percent = true};
  policy.failure = objects::RolloutFailure{.max_failed_nodes = {.value = 2, .percent = true}};
  policy.waves.resize(3);
  policy.waves[0].name = "canary";
  policy.waves[0].nodes = {.requirements = {{.key = "canary", .op = "In", .values = {"true"}}}};
  policy.waves[0].soak = std::chrono::seconds(10);
  policy.waves[1].name = "few";
  policy.waves[1].count = {.value = 10, .percent = true};
  policy.waves[2].name = "zones";
  policy.waves[2].by = "topology.kubernetes.io/zone";
  return policy;
}

objects::Node node(std::size_t number) {
  constexpr std::array<const char*, 3> zones{"eu-west-1a", "eu-west-1b", "eu-west-1c"};
  objects::Labels labels{{"kubernetes.io/arch", "amd64"},
                         {"kubernetes.io/hostname", "node-" + std::to_string(number)},
                         {"kubernetes.io/os", "linux"},
                         {"node.kubernetes.io/instance-type", "m7i.large"},
                         {"topology.kubernetes.io/zone", zones.at(number % zones.size())}};
  if (number % 100 == 0) labels.set("canary", "true");
  objects::Node made = support::node("node-" + std::to_string(number), std::move(labels));
  made.health.created = at(-10000);
  made.health.ready_changed = at(-9000);
  return made;
}

objects::DaemonPod pod(std::size_t number, std::string_view hash) {
  const std::string name = "agent-" + std::to_string(number);
  objects::DaemonPod made = support::pod(name, "node-" + std::to_string(number), hash);
  if (hash == "new") made.created = at(-5);
  return made;
}

/// A cluster in which canaries, and every second other node, have their new pod.
class Roll {
 public:
  explicit Roll(const Options& options) : nodes_(options.nodes) {
    for (std::size_t i = 0; i < nodes_; ++i) store_.put(node(i));
    objects::DaemonSet set = support::daemon_set();
    set.strategy.max_unavailable = {.value = 10, .percent = true};
    const std::string data = set.revision_data;
    store_.put(std::move(set));
    store_.put(support::revision("old", 1, "{}"));
    store_.put(support::revision("new", 2, data));
    for (std::size_t i = 0; i < nodes_; ++i) store_.put(pod(i, i % 2 == 0 ? "new" : "old"));
    if (options.policy) store_.put(policy());
    plan();  // what only the first one does is not counted
  }

  /// A new pod becomes unready or ready.
  [[gnu::noinline]] void happen(std::size_t number) {
    objects::DaemonPod changed = pod((2 * number) % nodes_, "new");
    changed.resource_version = std::to_string(++version_);
    changed.ready = number % 2 == 1;
    changed.ready_since = at(static_cast<double>(number));
    store_.put(std::move(changed));
    plan();
  }

  /// A node gets a taint that keeps pods away, or loses it.
  [[gnu::noinline]] void happen_to_node(std::size_t number) {
    objects::Node changed = node(1);
    if (number % 2 == 1) changed.taints.push_back({.key = "maintenance", .value = "", .effect = "NoSchedule"});
    store_.put(std::move(changed));
    plan();
  }

  [[nodiscard]] std::size_t planned() const { return planned_; }

 private:
  void plan() {
    for (const cache::Key& key : store_.take_touched()) {
      const cache::View view = store_.view(key);
      const daemonset::Plan plan = daemonset::plan(view.snapshot, at(100));
      store_.set_rollout(key, plan.rollout);
      planned_ += plan.stage != daemonset::Stage::ignore ? 1 : 0;
    }
  }

  std::size_t nodes_;
  std::size_t planned_ = 0;
  std::size_t version_ = 100;
  Store store_;
};

Options options_of(int count, char** arguments) {
  Options options;
  CLI::App app{"The events of a roll, and the plan that follows each."};
  app.add_option("--nodes", options.nodes)->check(CLI::PositiveNumber);
  app.add_option("--events", options.events);
  app.add_option("--event", options.event)->check(CLI::IsMember({"pod", "node"}));
  app.add_flag("--policy", options.policy, "a RolloutPolicy selects the DaemonSet");
  app.parse(count, arguments);
  return options;
}

}  // namespace

int run(const Options& options) {
  Roll roll(options);
  const std::size_t before = roll.planned();
  for (std::size_t i = 1; i <= options.events; ++i) {
    options.event == "pod" ? roll.happen(i) : roll.happen_to_node(i);
  }
  std::cout << roll.planned() - before << '\n';
  return 0;
}

}  // namespace everynode::bench

int main(int count, char** arguments) {
  return everynode::bench::run_program(everynode::bench::options_of, everynode::bench::run, count, arguments);
}
