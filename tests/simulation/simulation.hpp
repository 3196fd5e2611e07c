/// A cluster, its users and the reconciler, disturbed for as long as a seed says; then everything settles and is
/// checked.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "invariants.hpp"
#include "opponent.hpp"
#include "schedule.hpp"
#include "simulated_reconciler.hpp"
#include "world.hpp"

namespace everynode::simulation {

class Simulation {
 public:
  explicit Simulation(std::uint64_t seed, std::optional<std::set<Occasion>> only = std::nullopt);

  /// Throws Violation.
  void run();

  /// What happened, and the pods at the end.
  [[nodiscard]] std::vector<std::string> log() const;
  [[nodiscard]] const std::vector<Occasion>& happened() const { return schedule_.happened(); }
  /// Adds an invariant: no line of the log has this text.
  void forbid(std::string text) { forbidden_ = std::move(text); }

 private:
  void step();
  void reconcile();
  void exchange();
  void work(std::size_t times);
  void relist();
  void meanwhile();
  void take_long();
  [[nodiscard]] Fate fate();
  void note_release(const kube::Request& request, bool answered);
  void crash();
  void come_late();
  void start();
  void make_peace();
  void check_end();
  void check_begin(const daemonset::Action& action, const cache::Key& key, const std::list<Call>& calls) const;
  static void check_deletion(const Call& call);
  void check_create(const objects::DaemonPod& pod);
  [[nodiscard]] bool was_given_up(const objects::DaemonSet& set, const objects::DaemonPod& stray) const;
  void count_creation(const objects::DaemonPod& pod);
  void oppose();
  void pass(std::chrono::microseconds time) { now_ += time; }
  void log(const std::string& line);

  struct PastCrash {
    objects::Time at{};
    std::set<std::string> told{};  ///< DaemonSets whose status tells the next process that pods do not stay
  };

  Schedule schedule_;
  std::string forbidden_;
  std::map<std::string, bool> surges_;  ///< by DaemonSet: whether it did when its last plan was made
  objects::Time now_;
  std::vector<std::string> history_;
  SimulatedApi api_;
  World world_;
  Opponent opponent_;
  SimulatedReconciler reconciler_;
  std::vector<kube::Request> in_flight_;  ///< requests that a crashed reconciler has sent, and the server has not read
  std::set<std::string> late_;            ///< UIDs of the pods that were in flight at a crash
  std::set<std::pair<std::string, std::string>> inhabited_;  ///< places that have had a pod
  std::map<std::string, unsigned> unreleased_;  ///< how often this process tried to release a pod in vain, by UID
  std::map<std::pair<std::string, std::string>, std::deque<objects::Time>> creations_;  ///< by DaemonSet and node
  std::deque<PastCrash> crashes_;                                                       ///< in the last ten minutes
  bool comes_late_ = false;  ///< what the server does now, a crashed controller has asked for
  bool peace_ = false;
};

}  // namespace everynode::simulation
