/// A rollout by a RolloutPolicy, disturbed for as long as a seed says; then everything that it may wait for comes, and
/// it must be complete.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rollout_laws.hpp"
#include "rollout_world.hpp"
#include "schedule.hpp"
#include "simulated_reconciler.hpp"

namespace everynode::simulation {

/// In takeover, or beside the in-tree controller, which knows no policies: then with OnDelete. The reconciler's clock
/// may be wrong. It crashes, and starts again in the one mode or in the other.
class RolloutSimulation {
 public:
  explicit RolloutSimulation(std::uint64_t seed, std::optional<std::set<Occasion>> only = std::nullopt);

  /// Throws Violation.
  void run();

  /// What happened, and the nodes and pods at the end.
  [[nodiscard]] std::vector<std::string> log() const;
  [[nodiscard]] const std::vector<Occasion>& happened() const { return schedule_.happened(); }

 private:
  void step();
  void reconcile(SimulatedReconciler& reconciler);
  void exchange(SimulatedReconciler& reconciler);
  void meanwhile();
  [[nodiscard]] const daemonset::DaemonNode* heard_of(const std::string& node) const;
  [[nodiscard]] std::set<std::string> bad_pods() const;
  void change_world();
  void change_clock();
  void deliver(SimulatedReconciler& reconciler);
  void crash(SimulatedReconciler& reconciler);
  void come_late();
  void start();
  [[nodiscard]] bool settle();
  void judge(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now);
  void check_begin(const daemonset::Action& action);
  void check_goes(const daemonset::DeletePod& deletion) const;
  void check_request(const kube::Request& request) const;
  void check_quiet() const;
  void check_end() const;
  [[nodiscard]] bool beside() const { return ours_.mode == daemonset::Mode::companion; }
  void log(const std::string& line);

  Schedule schedule_;
  objects::Time now_;
  std::vector<std::string> history_;
  SimulatedApi api_;
  bool on_delete_;
  RolloutWorld world_;
  RolloutLaws laws_;
  SimulatedReconciler ours_;
  SimulatedReconciler in_tree_;              ///< works only beside us
  std::vector<kube::Request> in_flight_;     ///< requests that a crashed process has sent, and the server has not read
  std::set<std::string> replaced_;           ///< UIDs of the pods that are being replaced
  std::optional<objects::Time> goes_until_;  ///< for what the last plan decided: when its window closes
  std::set<std::string> bad_;                ///< UIDs of pods that were bad when the last plan was made
  bool clock_changed_ = false;               ///< since the last plan: nobody is told of that
  bool peace_ = false;
  bool helped_ = false;
};

}  // namespace everynode::simulation
