/// What the reconciler knows about one DaemonSet, updated with each change: no plan has to search for it.
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/cache/doubts.hpp"
#include "everynode/daemonset/snapshot.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/rollout/waves.hpp"

namespace everynode::cache {

/// Whether the switches of section 16 have a say.
enum class Obedience : std::uint8_t {
  always,       ///< we are the DaemonSets' controller
  never,        ///< another one is, which does not know them
  as_observed,  ///< of each DaemonSet whose status Everynode has written last
};

/// How whoever keeps the store acts.
struct Conduct {
  Obedience switches = Obedience::always;
  bool minds_nodes = true;           ///< requirements 17.1 to 17.3
  std::string_view startup_taint{};  ///< its key (section 18), which lives as long as the process; empty: none
};

class DaemonSetState {
 public:
  explicit DaemonSetState(objects::DaemonSet daemon_set, Conduct conduct = {});
  DaemonSetState(const DaemonSetState&) = delete;
  DaemonSetState& operator=(const DaemonSetState&) = delete;

  [[nodiscard]] const objects::DaemonSet& daemon_set() const { return daemon_set_; }
  [[nodiscard]] bool obeys_switches() const { return obeys(daemon_set_); }
  [[nodiscard]] const std::vector<daemonset::DaemonNode>& nodes() const { return nodes_; }
  [[nodiscard]] const std::vector<const objects::DaemonPod*>& unmatched() const { return unmatched_; }
  [[nodiscard]] const std::vector<const objects::DaemonPod*>& unplaced() const { return unplaced_; }
  [[nodiscard]] const daemonset::DaemonNode* find(std::string_view node) const;
  daemonset::PodBackoff& backoff() { return backoff_; }
  [[nodiscard]] const daemonset::PodBackoff& backoff() const { return backoff_; }
  /// Why the API server refused to create the last pod; empty if it did not.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }
  void creation_answered(std::string refusal) { refusal_ = std::move(refusal); }
  daemonset::Retries& retries() { return retries_; }
  [[nodiscard]] const daemonset::Retries& retries() const { return retries_; }
  daemonset::RepeatBackoff& repeats() { return repeats_; }
  [[nodiscard]] const daemonset::RepeatBackoff& repeats() const { return repeats_; }
  daemonset::Absences& absences() { return absences_; }
  [[nodiscard]] const daemonset::Absences& absences() const { return absences_; }
  /// Call it before each plan: nodes that have gone since the last one have gone now.
  void note_absences(objects::Time now);
  Doubts& doubts() { return doubts_; }
  [[nodiscard]] const Doubts& doubts() const { return doubts_; }
  /// Sets whether the creation of the node's pod is in flight.
  void set_creating(std::string_view node, bool creating);

  /// The policy that serves the DaemonSet; null: none does.
  [[nodiscard]] const objects::RolloutPolicy* policy() const { return policy_; }
  /// The policy is this one from now on, or it has changed. It must stay where it is until it is no longer the one.
  void set_policy(const objects::RolloutPolicy* policy);
  /// Counts what may stop a rollout by a policy: changes of the policy, and pods that turn bad under it. A plan that is
  /// being carried out holds as long as it stays the same.
  [[nodiscard]] std::uint64_t setbacks() const { return setbacks_; }
  void pod_turned_bad() { setbacks_ += policy_ == nullptr ? 0 : 1; }
  /// Where the nodes are in the policy's waves, in their order. `nodes` tells their labels.
  [[nodiscard]] std::span<const rollout::Place> places(
      const std::map<std::string, objects::Node, std::less<>>& nodes) const;
  /// What the last plan found out for the policy's status; nullopt: there was none since the policy changed what it
  /// remembers or wants.
  [[nodiscard]] const std::optional<objects::DaemonSetRollout>& rollout() const { return rollout_; }
  void forget_rollout() { rollout_.reset(); }
  /// True if that is news.
  bool set_rollout(std::optional<objects::DaemonSetRollout> rollout);

  /// Takes the newer version of the DaemonSet. True if nodes and pods have to be judged again.
  bool update(objects::DaemonSet daemon_set);

  /// Judges a new or changed node, whose name others share. True if that changes anything for the DaemonSet.
  bool put(const objects::Node& node, const objects::SharedText& name);
  /// Removes the node. True if that changes anything for the DaemonSet.
  bool remove_node(std::string_view name);

  /// Lets the pod share the labels and the controller of other pods: pods of one revision have equal ones.
  void share(objects::DaemonPod& pod);

  // A pod whose controller is the DaemonSet. It must stay where it is until it is removed.
  void add(const objects::DaemonPod& pod);
  void remove(const objects::DaemonPod& pod);
  /// Like `remove`, for a pod that no longer exists: its node remembers the pod's UID.
  void remove_deleted(const objects::DaemonPod& pod);

 private:
  /// Of a node: its place in the list, or its name.
  struct ByName {
    using is_transparent = void;
    const std::vector<daemonset::DaemonNode>* nodes;
    [[nodiscard]] std::string_view name_of(std::uint32_t place) const { return (*nodes)[place].name; }
    [[nodiscard]] static std::string_view name_of(std::string_view name) { return name; }

    std::size_t operator()(const auto& one) const { return std::hash<std::string_view>()(name_of(one)); }
    bool operator()(const auto& one, const auto& other) const { return name_of(one) == name_of(other); }
  };

  void add_startup_toleration(objects::DaemonSet& daemon_set) const;
  [[nodiscard]] bool obeys(const objects::DaemonSet& daemon_set) const;
  daemonset::DaemonNode* known(std::string_view node);
  daemonset::DaemonNode& entry(const objects::SharedText& name);
  void drop_if_unused(daemonset::DaemonNode& node);
  void place(const daemonset::DaemonNode& node, const objects::Labels& labels) const;

  Conduct conduct_;
  objects::DaemonSet daemon_set_;
  std::vector<daemonset::DaemonNode> nodes_;
  /// Finds a node in `nodes_` by its name, which only stands there.
  boost::unordered_flat_set<std::uint32_t, ByName, ByName> index_{0, ByName{&nodes_}, ByName{&nodes_}};
  std::vector<const objects::DaemonPod*> unmatched_;
  std::vector<const objects::DaemonPod*> unplaced_;
  objects::Shared<objects::ControllerRef> shared_controller_;  ///< of the last pod
  objects::Shared<objects::Admitted> shared_admitted_;
  std::array<objects::Labels, 2> shared_labels_;  ///< of the last pods: a rollout has two revisions
  daemonset::PodBackoff backoff_;
  std::string refusal_;
  daemonset::Retries retries_;
  daemonset::RepeatBackoff repeats_;
  daemonset::Absences absences_;
  Doubts doubts_;
  const objects::RolloutPolicy* policy_ = nullptr;
  std::uint64_t setbacks_ = 0;
  std::optional<objects::DaemonSetRollout> rollout_;
  mutable rollout::Places places_;  ///< of `nodes_`, if `placed_`: from when they are first asked for
  mutable bool placed_ = false;
};

}  // namespace everynode::cache
