/// What must be true of a rollout by a RolloutPolicy. Each law throws Violation.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/situation.hpp"
#include "simulated_api.hpp"

namespace everynode::simulation {

/// Of one plan, by what it was made from:
/// - A node that was bad before its turn is left alone, uses no budget and blocks no wave.
/// - A pod goes when it is its node's turn, and not while the policy is paused or too many nodes have failed.
/// - At no time are more than maxUnavailable good nodes without an available pod because of it.
/// - As many pods go as may: a node that has come back is updated within one plan.
/// - Nothing goes outside of the policy's windows, but the way back.
/// - What failed goes back to what was complete last, byte for byte, once it is written down that it failed, for the
///   generation that failed; what was rolled back is not rolled out again; and the way back is not complete before its
///   last pod is available.
void check_rollout_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now);

/// When the plan's pods no longer go, because windows close; nullopt: never. A window of the simulation is shorter than
/// an hour, or never closes.
[[nodiscard]] std::optional<objects::Time> goes_until(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan,
                                                      objects::Time now);

/// Whether a pod that a plan has decided on before may still go: the policy is not paused, and no more nodes have
/// failed than may.
[[nodiscard]] bool may_go_on(const daemonset::Snapshot& snapshot, objects::Time now);

/// What is true in the cluster, whatever the reconciler knows of it; but nobody can answer for a node whose return, or
/// whose pod, he has not heard of yet.
class RolloutLaws {
 public:
  /// What the reconciler has heard of a node.
  using Heard = std::function<const daemonset::DaemonNode*(const std::string& name)>;

  RolloutLaws(const SimulatedApi& api, Heard heard) : api_(api), heard_(std::move(heard)) {}

  /// A pod was made for a node.
  void created(const objects::DaemonPod& pod);
  /// The server reads that this pod is to be deleted, because the rollout replaces it.
  void replaces(const std::string& pod);
  /// The server has put an older template back.
  void restored() const;
  /// Called after each change.
  void look();
  /// A node that was good when it got its new pod is never excused; one that never was since it got it always is.
  /// Notes how many nodes may be without a pod, and which pods serve.
  void check_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now);

 private:
  struct Birth {
    std::string node;
    objects::Time at{};
    bool on_good_node = false;
    bool good_since = false;  ///< the node was, at some time
  };
  void check_blame(const daemonset::NodePods& pods) const;
  [[nodiscard]] bool has_ready_pod(const std::string& node) const;
  [[nodiscard]] bool is_excused(const std::string& node) const;
  [[nodiscard]] bool seems_excused(const std::string& node) const;
  [[nodiscard]] bool has_another_turn(const objects::DaemonPod& pod) const;
  [[nodiscard]] std::vector<const Birth*> known_births(const std::string& node) const;

  const SimulatedApi& api_;
  Heard heard_;
  std::map<std::string, Birth, std::less<>> births_;  ///< by the UID of the pod
  std::set<std::string> serving_;                     ///< UIDs of the pods that served by the last plan
  std::set<std::string> down_;                        ///< nodes whose pod the rollout took, and that have none yet
  std::optional<std::int64_t> generation_;            ///< likewise
  objects::Labels planned_for_;                       ///< of the template, by the last plan
  std::int64_t allowed_ = 0;                          ///< of them, by the last plan
  std::int64_t most_allowed_ = 0;                     ///< since there were none
};

}  // namespace everynode::simulation
