/// Everything else in the cluster: users, nodes, the scheduler, kubelets and the garbage collector.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "rng.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

class World {
 public:
  /// `collects_pods`: somebody else than the controller deletes pods of nodes that have gone.
  World(SimulatedApi& api, Rng& rng, const objects::Time& now, bool collects_pods,
        std::function<void(const std::string&)> log);

  /// A user or a machine makes a random change.
  void surprise();
  /// Scheduler, kubelets and garbage collector do some of their work.
  void work();
  /// They do all of their work, and nothing fails. True if there was any.
  bool settle();
  /// Nodes that shut down are up again.
  void start_nodes();

  /// True after the DaemonSet adopted pods of others or changed its strategy: a node may then have two pods.
  [[nodiscard]] bool confused(std::string_view daemon_set) const { return confused_.contains(daemon_set); }

 private:
  enum class Deletion { orphan, foreground };

  void add_node();
  void remove_node();
  void change_node();
  void add_daemon_set(std::size_t which);
  void change_template();
  void change_switches(objects::Node& node);
  void change_switches(objects::DaemonSet& set);
  void change_settings();
  void delete_daemon_set();
  void change_pod();
  void add_orphan();
  void change_revision();
  void copy_revision();
  void take_name();
  void set_template(objects::DaemonSet& set, std::size_t which);
  void set_strategy(objects::DaemonSet& set);

  // Each returns true if it changed anything.
  bool run(const objects::DaemonPod& pod);
  bool collect(const objects::DaemonPod& pod);
  bool collect_all();
  bool finish_deletions();
  template <class T>
  bool let_go(Collection<T>& objects, std::string_view uid, Deletion deletion);
  [[nodiscard]] bool lives(std::string_view uid) const;

  SimulatedApi& api_;
  Rng& rng_;
  const objects::Time& now_;
  bool collects_pods_;
  std::function<void(const std::string&)> log_;
  std::map<std::string, Deletion> deletions_;
  std::set<std::string, std::less<>> confused_;
  unsigned names_ = 0;
};

}  // namespace everynode::simulation
