/// Short ways to write the reconciler's objects in tests: name what matters, the rest has usual values.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/snapshot.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/revision.hpp"

namespace everynode::support {

using namespace std::chrono_literals;

/// So many seconds after noon of some day.
inline objects::Time at(double seconds) {
  return objects::Time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 24)) + 12h +
         std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

/// A template of pods labelled app=agent; `spec` is the inside of its spec.
inline objects::PodTemplate pod_template(std::string_view spec = R"("containers":[{"name":"c","image":"i:1"}])") {
  const std::string json = R"({"metadata":{"labels":{"app":"agent"}},"spec":{)" + std::string(spec) + "}}";
  auto read = objects::read_template(json);
  if (!read) throw std::runtime_error(read.error().text());
  return std::move(*read);
}

/// DaemonSet default/agent, generation 1, template generation 1.
inline objects::DaemonSet daemon_set(objects::PodTemplate pod_template = support::pod_template()) {
  objects::DaemonSet set;
  set.namespace_ = "default";
  set.name = "agent";
  set.uid = "ds-1";
  set.resource_version = "10";
  set.generation = 1;
  set.annotations = {{std::string(objects::template_generation_annotation), "1"}};
  set.selector.requirements = {{.key = "app", .op = "In", .values = {"agent"}}};
  set.revision_data = objects::revision_data(pod_template);
  set.pod_template = std::move(pod_template);
  return set;
}

inline objects::Node node(std::string_view name, objects::Labels labels = {}, std::vector<objects::Taint> taints = {}) {
  return {.name = std::string(name),
          .uid = "uid-" + std::string(name),
          .labels = std::move(labels),
          .taints = std::move(taints)};
}

/// What Kubernetes gives a node that is not ready.
inline std::vector<objects::Taint> not_ready_taints() {
  return {{.key = "node.kubernetes.io/not-ready", .value = "", .effect = "NoSchedule"},
          {.key = "node.kubernetes.io/not-ready", .value = "", .effect = "NoExecute"}};
}

/// A pod that is running and ready on its node since noon, of the revision `hash`, owned by DaemonSet ds-1. No
/// DaemonSet has its template generation, so only the hash says which revision it is of.
inline objects::DaemonPod pod(std::string_view name, std::string_view on_node, std::string_view hash = "new") {
  objects::DaemonPod pod;
  pod.namespace_ = "default";
  pod.name = name;
  pod.uid = "uid-" + pod.name;
  pod.resource_version = "20";
  pod.labels = {{"app", "agent"},
                {std::string(objects::revision_hash_label), std::string(hash)},
                {std::string(objects::template_generation_label), "77"}};
  pod.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-1"};
  pod.node_name = on_node;
  pod.target_node = on_node;
  pod.phase = objects::PodPhase::running;
  pod.ready = true;
  pod.ready_since = at(0);
  pod.created = at(-10);
  return pod;
}

/// Revision agent-<hash> of DaemonSet ds-1.
inline objects::ControllerRevision revision(std::string_view hash, std::int64_t number, std::string data) {
  objects::ControllerRevision revision;
  revision.namespace_ = "default";
  revision.name = "agent-" + std::string(hash);
  revision.uid = "uid-" + revision.name;
  revision.resource_version = "30";
  revision.labels = {{"app", "agent"}, {std::string(objects::revision_hash_label), std::string(hash)}};
  revision.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-1"};
  revision.revision = number;
  revision.data = std::move(data);
  return revision;
}

/// A snapshot that owns what it refers to.
class Scene {
 public:
  objects::DaemonSet set = daemon_set();
  daemonset::PodBackoff backoff;
  std::string refusal;
  daemonset::Authority authority = daemonset::Authority::full;
  std::optional<objects::RolloutPolicy> policy;
  bool obeys_switches = true;
  bool minds_nodes = true;
  daemonset::Absences absences;
  std::vector<rollout::Place> places;  ///< with a policy: of each node, in the order in which they were added

  /// A node that should run a pod, with these pods on it.
  Scene& on(std::string_view name, std::vector<objects::DaemonPod> pods = {}) {
    return on(name, {.should_run = true, .should_continue = true}, std::move(pods));
  }
  Scene& on(std::string_view name, objects::Placement placement, std::vector<objects::DaemonPod> pods = {}) {
    daemonset::DaemonNode& node = nodes_.emplace_back();
    node.name = name;
    node.placement = placement;
    for (auto& pod : pods) node.pods.push_back(keep(std::move(pod)));
    return *this;
  }
  /// How the last node is.
  Scene& that_is(objects::NodeHealth health) {
    nodes_.back().health = health;
    return *this;
  }
  /// A node that no longer exists, with these pods.
  Scene& without(std::string_view name, std::vector<objects::DaemonPod> pods) {
    on(name, {}, std::move(pods));
    nodes_.back().exists = false;
    return *this;
  }
  /// The creation of a pod for the node is in flight.
  Scene& creating(std::string_view name) {
    on(name);
    nodes_.back().creating = true;
    return *this;
  }
  Scene& orphan(objects::DaemonPod pod) { return keep_in(orphans_, std::move(pod)); }
  Scene& stray(objects::DaemonPod pod) { return keep_in(unmatched_, std::move(pod)); }
  Scene& unplaced(objects::DaemonPod pod) { return keep_in(unplaced_, std::move(pod)); }
  Scene& history(objects::ControllerRevision revision) {
    kept_revisions_.push_back(std::make_unique<objects::ControllerRevision>(std::move(revision)));
    revisions_.push_back(kept_revisions_.back().get());
    return *this;
  }
  /// The current revision, number 1, with the hash "new".
  Scene& with_current_revision() { return history(revision("new", 1, set.revision_data)); }

  [[nodiscard]] daemonset::Snapshot snapshot() const {
    return {.daemon_set = &set,
            .nodes = nodes_,
            .unplaced = unplaced_,
            .unmatched = unmatched_,
            .orphans = orphans_,
            .revisions = revisions_,
            .backoff = &backoff,
            .absences = &absences,
            .authority = authority,
            .policy = policy ? &*policy : nullptr,
            .places = places,
            .obeys_switches = obeys_switches,
            .minds_nodes = minds_nodes,
            .refusal = refusal};
  }

 private:
  const objects::DaemonPod* keep(objects::DaemonPod pod) {
    return kept_.emplace_back(std::make_unique<objects::DaemonPod>(std::move(pod))).get();
  }
  Scene& keep_in(std::vector<const objects::DaemonPod*>& list, objects::DaemonPod pod) {
    list.push_back(keep(std::move(pod)));
    return *this;
  }

  std::vector<std::unique_ptr<objects::DaemonPod>> kept_;
  std::vector<std::unique_ptr<objects::ControllerRevision>> kept_revisions_;
  std::vector<daemonset::DaemonNode> nodes_;
  std::vector<const objects::DaemonPod*> unplaced_;
  std::vector<const objects::DaemonPod*> unmatched_;
  std::vector<const objects::DaemonPod*> orphans_;
  std::vector<const objects::ControllerRevision*> revisions_;
};

/// The actions as text, in alphabetical order: "delete pod a of node n1: failed; ...".
[[nodiscard]] inline std::string to_text(const std::vector<daemonset::Action>& actions) {
  std::vector<std::string> lines;
  for (const auto& action : actions) lines.push_back(to_text(action));
  std::sort(lines.begin(), lines.end());
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + line;
  return text;
}

}  // namespace everynode::support
