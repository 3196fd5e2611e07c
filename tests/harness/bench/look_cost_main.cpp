// everynode_look_cost: the events of a roll, and after each the page's look at the DaemonSet. callgrind counts the
// function `look` (look_cost.py).
#include <CLI/CLI.hpp>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>

#include "builders.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/dashboard/board.hpp"
#include "inspection/inspection.hpp"
#include "page/facts.hpp"
#include "program.hpp"

namespace everynode::bench {
namespace {

using support::at;

const cache::Key agent{.namespace_ = "default", .name = "agent"};

struct Options {
  std::size_t nodes = 5000;
  std::size_t looks = 10;
  bool policy = false;
};

/// As long as names of nodes are, and in order.
std::string name_of(std::size_t number) {
  return "ip-10-0-" + std::to_string(100'000 + number) + ".eu-central-1.compute.internal";
}

objects::Node node(std::size_t number) {
  constexpr std::array<const char*, 3> zones{"eu-central-1a", "eu-central-1b", "eu-central-1c"};
  objects::Node made =
      support::node(name_of(number), {{"kubernetes.io/arch", "amd64"},
                                      {"kubernetes.io/hostname", name_of(number)},
                                      {"kubernetes.io/os", "linux"},
                                      {"topology.kubernetes.io/zone", zones.at(number % zones.size())}});
  made.health.created = at(-10000);
  made.health.ready_changed = at(-9000);
  return made;
}

objects::DaemonPod pod(std::size_t number, std::string_view hash) {
  return support::pod("agent-" + std::to_string(number) + "-" + std::string(hash), name_of(number), hash);
}

objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = agent.namespace_;
  policy.name = "policy";
  policy.uid = "p";
  policy.resource_version = "1";
  policy.waves.resize(1);
  policy.waves[0].name = "zones";
  policy.waves[0].by = "topology.kubernetes.io/zone";
  return policy;
}

/// A cluster in which every second node has its new pod, and what the page shows of it.
class Roll {
 public:
  explicit Roll(const Options& options) : nodes_(options.nodes) {
    store_.audit_pods();
    store_.know_overlays();
    store_.know_classes();
    store_.begin_replace(cache::Store::Kind::node);
    objects::DaemonSet set = support::daemon_set();
    const std::string data = set.revision_data;
    store_.put(std::move(set));
    store_.put(support::revision("old", 1, "{}"));
    store_.put(support::revision("new", 2, data));
    for (std::size_t i = 0; i < nodes_; ++i) {
      store_.put(node(i));
      store_.put(pod(i, i % 2 == 0 ? "new" : "old"));
      board_.put_node(node(i));
    }
    if (store_.end_replace(cache::Store::Kind::node, "1") != kube::Continuity::proven) std::abort();
    if (options.policy) store_.put(policy());
    look();
  }

  /// The old pod of a node has gone, and a new one is there and not ready.
  void replace(std::size_t number) {
    const std::size_t which = (2 * number + 1) % nodes_;
    store_.remove_pod(pod(which, "old").uid);
    objects::DaemonPod fresh = pod(which, "new");
    fresh.ready = false;
    store_.put(std::move(fresh));
  }

  [[gnu::noinline]] void look() {
    const auto glance = inspection::glance_at({.store = store_, .not_ready = not_ready_}, agent, at(100));
    board_.put_column("default/agent", page::facts_of(glance.inspection), glance.nodes);
    board_.commit();
  }

  [[nodiscard]] std::uint64_t sequence() const { return board_.sequence(); }

 private:
  std::size_t nodes_;
  cache::Store store_;
  daemonset::NotReadyNodes not_ready_;
  dashboard::Board board_{"epoch", "{}"};
};

Options options_of(int count, char** arguments) {
  Options options;
  CLI::App app{"The events of a roll, and the page's look that follows each."};
  app.add_option("--nodes", options.nodes)->check(CLI::PositiveNumber);
  app.add_option("--looks", options.looks);
  app.add_flag("--policy", options.policy, "a RolloutPolicy selects the DaemonSet");
  app.parse(count, arguments);
  return options;
}

}  // namespace

int run(const Options& options) {
  Roll roll(options);
  const std::uint64_t before = roll.sequence();
  for (std::size_t i = 0; i < options.looks; ++i) {
    roll.replace(i);
    roll.look();
  }
  std::cout << roll.sequence() - before << '\n';  // each look sees something new
  return 0;
}

}  // namespace everynode::bench

int main(int count, char** arguments) {
  return everynode::bench::run_program(everynode::bench::options_of, everynode::bench::run, count, arguments);
}
