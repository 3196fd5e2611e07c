// everynode_roll_cost: a whole roll against a simulated API server, in simulated time: how many plans it takes, and how
// long. callgrind counts what the plans cost (plan_cost.py).
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <map>
#include <string>

#include "builders.hpp"
#include "program.hpp"
#include "simulated_reconciler.hpp"

namespace everynode::bench {
namespace {

using simulation::SimulatedApi;
using simulation::SimulatedReconciler;
using std::chrono::milliseconds;

// As long as it takes on a machine of two cores with KWOK.
constexpr milliseconds answer_takes{5};
constexpr milliseconds goes_after{100};
constexpr milliseconds bound_after{150};
constexpr milliseconds ready_after{700};
constexpr milliseconds spread{500};  ///< pods are not ready together

constexpr std::size_t all = 1'000'000;

struct Options {
  std::size_t nodes = 1000;
  bool policy = false;
  bool only_create = false;
};

/// Two waves, 1 % and 10 % of the nodes, with soaks of two seconds, and the rest.
objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = "policy";
  policy.uid = "p";
  policy.generation = 1;
  policy.failure = objects::RolloutFailure{.max_failed_nodes = {.value = 1, .percent = true}};
  policy.waves.resize(2);
  for (std::size_t i = 0; i < policy.waves.size(); ++i) {
    policy.waves[i].name = "wave-" + std::to_string(i + 1);
    policy.waves[i].count = {.value = i == 0 ? 1 : 10, .percent = true};
    policy.waves[i].soak = std::chrono::seconds(2);
  }
  return policy;
}

objects::PodTemplate template_of(int version) {
  auto read =
      objects::read_template(R"({"metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c","image":"i:)" +
                             std::to_string(version) + R"("}]}})");
  return std::move(*read);
}

class Roll {
 public:
  explicit Roll(const Options& options)
      : nodes_(options.nodes),
        now_(support::at(0)),
        ours_(api_, now_,
              {.meanwhile = [] {},
               .judge = [this](const auto&...) { ++plans_; },
               .begins = [](const auto&...) {},
               .log = [](const std::string&) {}}) {
    for (std::size_t i = 0; i < nodes_; ++i) {
      objects::Node node = support::node("node-" + std::to_string(i));
      node.health.created = node.health.ready_changed = support::at(-9000);
      api_.nodes.write(std::move(node));
    }
    objects::DaemonSet set = support::daemon_set(template_of(1));
    set.strategy.max_unavailable = {.value = 1, .percent = true};
    api_.daemon_sets.write(std::move(set));
    if (options.policy) api_.policies.write(policy());
    ours_.start();
    run(1);
  }

  void begin() {
    objects::DaemonSet set = *api_.daemon_sets.find("agent");
    simulation::set_template(set, template_of(2));
    api_.daemon_sets.write(std::move(set));
    plans_ = 0;
    began_ = now_;
  }

  void run(std::int64_t generation) {
    while (!is_complete(generation)) {
      now_ += answer_takes;
      live();
      ours_.deliver([] { return all; });
      ours_.work();
      ours_.exchange_all();
    }
  }

  [[nodiscard]] std::size_t plans() const { return plans_; }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(now_ - began_).count(); }

 private:
  [[nodiscard]] bool is_complete(std::int64_t generation) const {
    const objects::DaemonSetStatus& status = api_.daemon_sets.find("agent")->status;
    const auto count = static_cast<std::int64_t>(nodes_);
    return status.observed_generation == generation && status.updated_number_scheduled == count &&
           status.number_available == count;
  }

  /// The scheduler, the kubelets and the garbage collector.
  void live() {
    for (; seen_ < api_.pods.log().size(); ++seen_) {
      const auto& change = api_.pods.log()[seen_];
      const objects::DaemonPod& pod = change.object;
      if (change.deleted) continue;
      if (pod.terminating) {
        due_.emplace(now_ + goes_after, pod.name);
      } else if (pod.node_name.empty()) {
        due_.emplace(now_ + bound_after, pod.name);
        const auto later = milliseconds(std::hash<std::string>()(pod.name) % spread.count());
        due_.emplace(now_ + ready_after + later, pod.name);
      }
    }
    while (!due_.empty() && due_.begin()->first <= now_) {
      const std::string name = std::move(due_.extract(due_.begin()).mapped());
      if (const objects::DaemonPod* const found = api_.pods.find(name)) go_on(*found);
    }
  }

  void go_on(objects::DaemonPod pod) {
    if (pod.terminating) return api_.pods.erase(pod.name);
    if (pod.node_name.empty()) {
      pod.node_name = pod.target_node;
    } else {
      pod.phase = objects::PodPhase::running;
      pod.ready = true;
      pod.ready_since = std::chrono::floor<std::chrono::seconds>(now_);
    }
    api_.pods.write(std::move(pod));
  }

  std::size_t nodes_;
  objects::Time now_;
  objects::Time began_{};
  SimulatedApi api_;
  SimulatedReconciler ours_;
  std::size_t plans_ = 0;
  std::size_t seen_ = 0;                           ///< of the pods' log
  std::multimap<objects::Time, std::string> due_;  ///< when something becomes of which pod
};

Options options_of(int count, char** arguments) {
  Options options;
  CLI::App app{"A roll against a simulated API server; prints the plans it takes and its seconds."};
  app.add_option("--nodes", options.nodes)->check(CLI::PositiveNumber);
  app.add_flag("--policy", options.policy, "a RolloutPolicy selects the DaemonSet");
  app.add_flag("--only-create", options.only_create, "end when the first pods are there, before the roll");
  app.parse(count, arguments);
  return options;
}

}  // namespace

int run(const Options& options) {
  Roll roll(options);
  if (options.only_create) return 0;
  roll.begin();
  roll.run(2);
  std::cout << roll.plans() << ' ' << roll.seconds() << '\n';
  return 0;
}

}  // namespace everynode::bench

int main(int count, char** arguments) {
  return everynode::bench::run_program(everynode::bench::options_of, everynode::bench::run, count, arguments);
}
