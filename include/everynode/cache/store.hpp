/// What the reconciler knows of the cluster. Watches and the answers to our own writes put objects in. The store
/// returns the DaemonSets that a change concerns, and snapshots to plan from.
#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "everynode/cache/daemon_set_state.hpp"
#include "everynode/cache/texts.hpp"
#include "everynode/cache/tombstones.hpp"
#include "everynode/daemonset/snapshot.hpp"
#include "everynode/kube/continuity.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/overlay/audit.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "everynode/rollout/status.hpp"

namespace everynode::cache {

using Key = kube::ObjectKey;

/// A snapshot with the lists that it refers to. Valid until the store changes.
struct View {
  std::vector<const objects::DaemonPod*> orphans;
  std::vector<const objects::ControllerRevision*> revisions;
  daemonset::Snapshot snapshot;
};

/// Objects come from several sources, in no common order. The newer version of an object wins (requirement 7.4), and a
/// deleted object stays deleted, whatever an older event says.
class Store {
 public:
  enum class Kind { node, daemon_set, pod, controller_revision, rollout_policy };

  Store() = default;
  /// `time_zones`: where the zones of policies' windows come from.
  explicit Store(rollout::TimeZones time_zones, Conduct conduct = {})
      : time_zones_(std::move(time_zones)), conduct_(conduct) {}

  /// Where an object comes from: lists and watches are in order, the answers to our writes may be late.
  enum class Source { watch, write };

  // A new or changed object.
  void put(objects::Node node);
  void put(objects::DaemonSet daemon_set, Source source = Source::watch);
  void put(objects::DaemonPod pod, Source source = Source::watch);
  void put(objects::ControllerRevision revision, Source source = Source::watch);
  void put(objects::RolloutPolicy policy, Source source = Source::watch);

  void remove_node(std::string_view name);
  void remove_daemon_set(const Key& key, std::string_view uid);
  /// True: nobody had told the pod to go.
  bool remove_pod(std::string_view uid);
  void remove_revision(std::string_view uid);
  void remove_policy(const Key& key, std::string_view uid);

  /// Call it before a list of a kind, or a part of it, is asked for. Returns the newest object of the kind from the
  /// answer to a write.
  kube::Witness before_list(Kind kind);
  /// A list of all objects of a kind begins. Objects that are not put until `end_replace` are gone, unless they are
  /// newer than the list.
  void begin_replace(Kind kind);
  /// Keeps the last known state of an object that a list or a watch names but that cannot be read: a node by name,
  /// others by UID. From now on, a node that was unknown counts as existing, so that pods for it are left alone.
  void keep(Kind kind, std::string_view identity);
  /// The same for a policy. Of an unknown one is known from now on that it exists, so nothing is rolled out past it.
  void keep_policy(objects::RolloutPolicy unreadable);
  /// Broken: the list has what we know to be newer, or deleted, so the cluster's state was put back.
  kube::Continuity end_replace(Kind kind, std::string_view resource_version);

  /// Forgets everything, because the cluster's state was put back.
  void forget_all();

  /// The DaemonSets that changes have touched since the last call, each once.
  [[nodiscard]] std::vector<Key> take_touched();

  /// The policies whose status may have to change since the last call, each once.
  [[nodiscard]] std::vector<Key> take_touched_policies();
  /// What a plan found out for the policy that serves the DaemonSet.
  void set_rollout(const Key& daemon_set, std::optional<objects::DaemonSetRollout> rollout);

  // What overlays make of pods, in store_overlays.cpp. Pods must be put as they are read with `objects::AuditedPod`.

  /// From now on pods are compared with what their overlays would make of them.
  void audit_pods();
  /// What is known of overlays, as their lists and watches fill it; say so with `know_overlays`.
  [[nodiscard]] overlay::Knowledge& knowledge() { return knowledge_; }
  [[nodiscard]] const overlay::Knowledge& knowledge() const { return knowledge_; }
  /// All overlays are known, or have changed: all pods are compared again.
  void know_overlays();
  /// The same for PriorityClasses.
  void know_classes();
  /// The same about a node that was put, or listed between `begin_replace` and `end_replace`.
  void know_node(const overlay::Node& node);
  /// Null: pods are not compared, or not everything is known yet.
  [[nodiscard]] const std::shared_ptr<const overlay::Known>& known() const { return known_; }
  /// Whether all is known that is asked for.
  [[nodiscard]] bool knows_overlays() const { return !audits_ || known_ != nullptr; }
  /// What the audit says of a pod of a DaemonSet.
  [[nodiscard]] overlay::Audit audit(const objects::DaemonPod& pod) const;
  /// The overlays of a namespace and what is to be told of them, where that is something else than was told.
  [[nodiscard]] std::vector<std::pair<overlay::DaemonSetOverlay, overlay::OverlayStatus>> overlay_statuses(
      std::string_view name_space, objects::Time now) const;

  [[nodiscard]] const std::map<Key, objects::RolloutPolicy>& policies() const { return policies_; }
  [[nodiscard]] const rollout::TimeZones& time_zones() const { return time_zones_; }
  /// The DaemonSets that the policy selects, by name.
  [[nodiscard]] std::vector<rollout::Selected> selected_by(const objects::RolloutPolicy& policy) const;

  /// Null if there is no such DaemonSet.
  [[nodiscard]] DaemonSetState* state(const Key& key);
  [[nodiscard]] const DaemonSetState* state(const Key& key) const;
  [[nodiscard]] View view(const Key& key) const;

  [[nodiscard]] const std::map<Key, std::unique_ptr<DaemonSetState>>& states() const { return states_; }
  [[nodiscard]] const std::map<std::string, objects::Node, std::less<>>& nodes() const { return nodes_; }
  [[nodiscard]] std::size_t pods() const { return pods_.size(); }

 private:
  using Pods = std::unordered_set<const objects::DaemonPod*>;

  /// A pod, and what the store notes of it: a million pods have no room for sets of them.
  struct KeptPod : objects::DaemonPod {
    std::uint32_t listed = 0;  ///< the number of the last list that named it
    std::uint32_t place = 0;   ///< among those of its owner
  };

  /// Finds a pod by its UID without a second copy of the UID.
  struct ByUid {
    using is_transparent = void;
    using Pod = std::unique_ptr<KeptPod>;
    static std::string_view uid_of(std::string_view uid) { return uid; }
    static std::string_view uid_of(const Pod& pod) { return pod->uid; }

    std::size_t operator()(const auto& one) const { return std::hash<std::string_view>()(uid_of(one)); }
    bool operator()(const auto& one, const auto& other) const { return uid_of(one) == uid_of(other); }
  };

  void touch(const DaemonSetState& state);
  void serve(DaemonSetState& state);
  void serve_all(std::string_view namespace_);
  void touch_matching(std::string_view namespace_, const objects::Labels& labels);
  void touch_owner_of(const objects::ControllerRevision& revision);
  DaemonSetState* owner(const objects::DaemonPod& pod);
  void attach(KeptPod& pod);
  void detach(KeptPod& pod);
  void note_listed(KeptPod& pod);
  void share(objects::DaemonPod& pod);
  void note(Kind kind, Source source, const std::string& name);
  /// The same for an object that a write may have answered.
  void note(Kind kind, Source source, const auto& object);
  [[nodiscard]] bool outlived(Kind kind, Source source, std::string_view version) const;
  void place_all(DaemonSetState& state);
  void judge(objects::DaemonPod& pod, const objects::DaemonPod* known);
  void judge_all(DaemonSetState& state);
  void judge_again(const objects::DaemonPod& pod, overlay::TemplatePod& made_from, DaemonSetState& state);
  void publish();
  void publish_and_judge();
  void end_node_sizes();

  std::map<std::string, objects::Node, std::less<>> nodes_;
  std::map<Key, std::unique_ptr<DaemonSetState>> states_;
  std::unordered_map<std::string, DaemonSetState*> states_by_uid_;
  Texts texts_;
  boost::unordered_flat_set<std::unique_ptr<KeptPod>, ByUid, ByUid> pods_;
  std::unordered_map<std::string, std::vector<KeptPod*>> by_owner_;         ///< by the UID of the controller
  std::map<std::string, Pods, std::less<>> orphans_;                        ///< by namespace
  std::unordered_map<std::string, objects::ControllerRevision> revisions_;  ///< by UID
  std::map<Key, objects::RolloutPolicy> policies_;
  rollout::TimeZones time_zones_;
  bool audits_ = false;
  overlay::Knowledge knowledge_{overlay::NodeKeys{.all = true, .labels = {}, .annotations = {}}};
  bool overlays_known_ = false;
  bool classes_known_ = false;
  bool nodes_known_ = false;
  std::shared_ptr<const overlay::Known> known_;
  Conduct conduct_;
  Tombstones deleted_;
  std::map<Kind, std::unordered_set<std::string>> replacing_;  ///< the objects of a list so far; of pods none
  std::uint32_t pod_list_ = 0;                                 ///< how many lists of pods have begun
  std::map<Kind, std::string> listed_;                         ///< the version of the last list
  /// What we know of a list that is under way.
  struct Listing {
    std::size_t deleted = 0;  ///< how many objects had been deleted when the list was asked for
    bool revives = false;     ///< the list contains one of them
    /// What the list has in an older version than we knew: that version by UID. A stream may tell it later.
    std::map<std::string, std::string, std::less<>> behind = {};
  };
  void hold_against(Kind kind, Source source, const auto& listed, const std::string* known_version);

  std::map<Kind, Listing> listings_;
  std::map<Kind, kube::Witness> newest_writes_;
  std::set<Key> touched_;
  std::set<Key> touched_policies_;
};

}  // namespace everynode::cache
