#include "world.hpp"

#include <array>
#include <stdexcept>

#include "everynode/objects/eligibility.hpp"

namespace everynode::simulation {
namespace {

constexpr std::array<std::string_view, 3> daemon_set_names{"a", "b", "c"};

/// The insides of specs. Selectors and tolerations of a template decide where its pods belong.
constexpr std::array<std::string_view, 6> specs{
    R"("containers":[{"name":"c","image":"i:1"}])",
    R"("containers":[{"name":"c","image":"i:2"}])",
    R"("containers":[{"name":"c","image":"i:3"}],"tolerations":[{"operator":"Exists"}])",
    R"("containers":[{"name":"c","image":"i:1"}],"nodeSelector":{"zone":"a"})",
    R"("hostNetwork":true,"tolerations":[{"key":"gpu","operator":"Exists","effect":"NoSchedule"}])",
    R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"NotIn","values":["b"]}]}]}}})",
};

/// Read only once: this takes longer than everything else.
const objects::PodTemplate& template_of(std::size_t daemon_set, std::size_t which) {
  static std::map<std::pair<std::size_t, std::size_t>, objects::PodTemplate> known;
  const auto found = known.find({daemon_set, which});
  if (found != known.end()) return found->second;
  const std::string json = R"({"metadata":{"labels":{"app":")" + std::string(daemon_set_names[daemon_set]) +
                           R"(","v":")" + std::to_string(which) + R"("}},"spec":{)" + std::string(specs[which]) + "}}";
  auto read = objects::read_template(json);
  if (!read) throw std::runtime_error(read.error().text());
  return known[{daemon_set, which}] = std::move(*read);
}

objects::Labels without(const objects::Labels& labels, std::string_view key) {
  objects::Labels rest;
  for (const auto& [name, value] : labels) {
    if (name != key) rest.set(name, value);
  }
  return rest;
}

}  // namespace

World::World(SimulatedApi& api, Rng& rng, const objects::Time& now, bool collects_pods,
             std::function<void(const std::string&)> log)
    : api_(api), rng_(rng), now_(now), collects_pods_(collects_pods), log_(std::move(log)) {
  for (std::size_t i = 1 + rng_.below(5); i > 0; --i) add_node();
  for (std::size_t i = 0; i < 1 + rng_.below(daemon_set_names.size()); ++i) add_daemon_set(i);
}

void World::surprise() {
  const std::size_t what = rng_.below(30);
  if (what < 2) return add_node();
  if (what < 3) return remove_node();
  if (what < 6) return change_node();
  if (what < 9) return change_template();
  if (what < 11) return change_settings();
  if (what < 12) return delete_daemon_set();
  if (what < 15) return add_daemon_set(rng_.below(daemon_set_names.size()));
  if (what < 16) return add_orphan();
  if (what < 17) return change_revision();
  if (what < 18) return copy_revision();
  if (what < 19) return take_name();
  change_pod();
}

// --- nodes ---

void World::add_node() {
  constexpr std::size_t most = 8;
  const std::string name = "n" + std::to_string(rng_.below(most));
  if (api_.nodes.find(name) != nullptr) return;
  log_("node " + name + " comes");
  api_.nodes.write(
      {.name = name, .uid = api_.new_uid(), .labels = {{"zone", rng_.one_in(3) ? "b" : "a"}}, .taints = {}});
}

/// Whether anybody sees it fall silent before it goes decides how long its pods stay.
void World::remove_node() {
  const objects::Node* found = rng_.any_of(api_.nodes.all());
  if (found == nullptr) return;
  objects::Node node = *found;
  node.health.ready = !rng_.one_in(2);
  log_("node " + node.name + (node.health.ready ? " goes" : " falls silent and goes"));
  if (!node.health.ready) api_.nodes.write(node);
  api_.nodes.erase(node.name);
}

void World::change_node() {
  const objects::Node* node = rng_.any_of(api_.nodes.all());
  if (node == nullptr) return;
  objects::Node changed = *node;
  changed.taints.clear();
  if (rng_.one_in(3)) changed.taints.push_back({.key = "gpu", .value = "", .effect = "NoSchedule"});
  if (rng_.one_in(5)) changed.taints.push_back({.key = "sick", .value = "1", .effect = "NoExecute"});
  changed.labels.set("zone", rng_.one_in(3) ? "b" : "a");
  change_switches(changed);
  changed.health.absence = rng_.one_in(6) ? objects::Absence::shutting_down : objects::Absence::none;
  log_("node " + node->name + " changes: zone " + std::string(changed.labels.get("zone")) +
       (changed.taints.empty() ? "" : ", taint " + to_text(changed.taints.front())) +
       (changed.exclude ? ", excludes " + *changed.exclude : "") + (changed.unschedulable ? ", cordoned" : "") +
       (objects::is_virtual(changed) ? ", virtual" : "") +
       (changed.health.absence == objects::Absence::none ? "" : ", shuts down"));
  api_.nodes.write(std::move(changed));
}

void World::start_nodes() {
  const auto nodes = api_.nodes.all();
  for (const auto& [name, before] : nodes) {
    if (before.health.absence == objects::Absence::none) continue;
    objects::Node node = before;
    node.health.absence = objects::Absence::none;
    log_("node " + name + " is up again");
    api_.nodes.write(std::move(node));
  }
}

void World::change_switches(objects::Node& node) {
  constexpr std::array<std::string_view, 4> lists{"*", "a", "default/b, c", "a,, b"};
  node.exclude.reset();
  if (rng_.one_in(5)) node.exclude = std::string(lists.at(rng_.below(lists.size())));
  node.unschedulable = rng_.one_in(4);
  node.labels.set("type", rng_.one_in(5) ? "virtual-kubelet" : "");
}

void World::change_switches(objects::DaemonSet& set) {
  constexpr std::array<std::string_view, 3> suspensions{"true", "false", "yes"};
  constexpr std::array<std::string_view, 4> placements{"no-virtual-nodes", "no-cordoned-nodes",
                                                       "no-cordoned-nodes, no-virtual-nodes", "no-nodes"};
  if (rng_.one_in(2)) set.annotations.set(objects::suspend_annotation, suspensions.at(rng_.below(suspensions.size())));
  if (rng_.one_in(2)) set.annotations.set(objects::placement_annotation, placements.at(rng_.below(placements.size())));
  set.switches = objects::read_switches(set.annotations);
}

// --- DaemonSets ---

void World::set_template(objects::DaemonSet& set, std::size_t which) {
  const std::size_t number = set.name == "a" ? 0 : set.name == "b" ? 1 : 2;
  set.pod_template = template_of(number, which);
  set.revision_data = objects::revision_data(set.pod_template);
  set.generation += 1;
  const std::int64_t generation = set.template_generation().value_or(0) + 1;
  set.annotations.set(objects::template_generation_annotation, std::to_string(generation));
}

void World::set_strategy(objects::DaemonSet& set) {
  set.strategy = {};
  set.strategy.rolling = !rng_.one_in(6);
  if (!set.strategy.rolling) return;
  if (rng_.one_in(3)) {
    set.strategy.max_unavailable.value = 0;
    set.strategy.max_surge = rng_.one_in(2) ? objects::IntOrPercent{.value = 30, .percent = true}
                                            : objects::IntOrPercent{.value = 1, .percent = false};
  } else if (rng_.one_in(2)) {
    set.strategy.max_unavailable = {.value = 50, .percent = true};
  }
}

void World::add_daemon_set(std::size_t which) {
  objects::DaemonSet set;
  set.name = daemon_set_names[which];
  if (api_.daemon_sets.find(set.name) != nullptr) return;
  set.namespace_ = "default";
  set.uid = api_.new_uid();
  set.selector.requirements = {{.key = "app", .op = "In", .values = {set.name}}};
  set.revision_history_limit = static_cast<std::int64_t>(rng_.below(3));
  set.min_ready_seconds = rng_.one_in(3) ? 4 : 0;
  set_strategy(set);
  set_template(set, rng_.below(specs.size()));
  log_("DaemonSet " + set.name + " comes");
  api_.daemon_sets.write(std::move(set));
}

void World::change_template() {
  const objects::DaemonSet* found = rng_.any_of(api_.daemon_sets.all());
  if (found == nullptr || found->terminating) return;
  objects::DaemonSet set = *found;
  const std::size_t which = rng_.below(specs.size());
  set_template(set, which);
  if (set.revision_data == found->revision_data) return;
  log_("DaemonSet " + set.name + " gets template " + std::to_string(which));
  api_.daemon_sets.write(std::move(set));
}

void World::change_settings() {
  const objects::DaemonSet* found = rng_.any_of(api_.daemon_sets.all());
  if (found == nullptr || found->terminating) return;
  objects::DaemonSet set = *found;
  set.revision_history_limit = static_cast<std::int64_t>(rng_.below(3));
  set.min_ready_seconds = rng_.one_in(3) ? 4 : 0;
  set_strategy(set);
  change_switches(set);
  set.generation += 1;
  confused_.insert(set.name);
  log_("DaemonSet " + set.name + " gets other settings" + (set.switches.suspends() ? ", suspended" : ""));
  api_.daemon_sets.write(std::move(set));
}

void World::delete_daemon_set() {
  const objects::DaemonSet* found = rng_.any_of(api_.daemon_sets.all());
  if (found == nullptr || found->terminating) return;
  const std::size_t how = rng_.below(3);
  log_("DaemonSet " + found->name + " is deleted: " + (how == 0 ? "background" : how == 1 ? "orphan" : "foreground"));
  if (how == 0) return api_.daemon_sets.erase(std::string(found->name));
  if (how == 1) confused_.insert(found->name);
  objects::DaemonSet set = *found;
  set.terminating = true;
  set.generation += 1;
  deletions_[set.uid] = how == 1 ? Deletion::orphan : Deletion::foreground;
  api_.daemon_sets.write(std::move(set));
}

// --- pods and revisions ---

void World::change_pod() {
  const objects::DaemonPod* found = rng_.any_of(api_.pods.all());
  if (found == nullptr) return;
  objects::DaemonPod pod = *found;
  const std::size_t what = rng_.below(8);
  if (what < 2) {
    log_("pod " + pod.name + " is deleted by a user");
    api_.delete_pod(pod.name, pod.uid);
    return;
  }
  if (what == 2) {
    log_("pod " + pod.name + " loses its label");
    pod.labels = without(pod.labels, "app");
  } else if (what == 3) {
    log_("pod " + pod.name + " gets a finalizer");
    pod.labels.set(finalizer, "1");
  } else if (pod.node_name.empty() || pod.is_over()) {
    return;
  } else if (what == 4) {
    log_("pod " + pod.name + " is not ready");
    pod.ready = false;
  } else {
    log_("pod " + pod.name + (what == 5 ? " succeeds" : " fails"));
    pod.phase = what == 5 ? objects::PodPhase::succeeded : objects::PodPhase::failed;
    pod.ready = false;
  }
  api_.pods.write(std::move(pod));
}

void World::add_orphan() {
  const objects::Node* node = rng_.any_of(api_.nodes.all());
  const objects::DaemonSet* set = rng_.any_of(api_.daemon_sets.all());
  if (node == nullptr || set == nullptr) return;
  objects::DaemonPod pod;
  pod.namespace_ = "default";
  pod.name = "orphan-" + std::to_string(++names_);
  pod.uid = api_.new_uid();
  pod.labels = {{"app", set->name}};
  if (!rng_.one_in(3)) pod.target_node = node->name;
  if (rng_.one_in(2)) pod.node_name = pod.target_node;
  pod.created = now_;
  confused_.insert(set->name);
  log_("pod " + pod.name + " comes, for DaemonSet " + set->name);
  api_.pods.write(std::move(pod));
}

void World::change_revision() {
  const objects::ControllerRevision* found = rng_.any_of(api_.revisions.all());
  if (found == nullptr) return;
  const std::size_t what = rng_.below(4);
  if (what == 0) {
    log_("revision " + found->name + " is deleted by a user");
    return api_.revisions.erase(std::string(found->name));
  }
  objects::ControllerRevision revision = *found;
  if (what == 1 && rng_.one_in(2)) {
    log_("revision " + found->name + " is being deleted");
    revision.terminating = true;
    api_.revisions.write(std::move(revision));
    return;
  }
  log_("revision " + found->name + " loses a label");
  revision.labels = without(revision.labels, what == 1 ? "app" : objects::revision_hash_label);
  api_.revisions.write(std::move(revision));
}

/// A copy as two versions of Kubernetes, or a restored backup, leave behind. It has no owner: a revision with an owner
/// is noticed only at the next sync (requirement 1.10).
void World::copy_revision() {
  const objects::ControllerRevision* found = rng_.any_of(api_.revisions.all());
  if (found == nullptr) return;
  objects::ControllerRevision revision = *found;
  revision.name = "copy-" + std::to_string(++names_);
  revision.uid = api_.new_uid();
  revision.labels.set(objects::revision_hash_label, revision.name);
  if (rng_.one_in(2)) revision.revision += 1;
  revision.controller.reset();
  log_("revision " + revision.name + " comes, a copy of " + found->name);
  api_.revisions.write(std::move(revision));
}

/// An object of others takes the name of a pod or of a revision.
void World::take_name() {
  const objects::ControllerRevision* revision = rng_.any_of(api_.revisions.all());
  const objects::DaemonPod* pod = rng_.any_of(api_.pods.all());
  if (revision != nullptr && rng_.one_in(2)) {
    objects::ControllerRevision other;
    other.namespace_ = "default";
    other.name = revision->name;
    other.uid = api_.new_uid();
    other.data = "{}";
    log_("revision " + other.name + " is replaced by one of others");
    api_.revisions.erase(other.name);
    api_.revisions.write(std::move(other));
  } else if (pod != nullptr) {
    objects::DaemonPod other;
    other.namespace_ = "default";
    other.name = pod->name;
    other.uid = api_.new_uid();
    other.phase = objects::PodPhase::running;
    log_("pod " + other.name + " is replaced by one of others");
    api_.pods.erase(other.name);
    api_.pods.write(std::move(other));
  }
}

}  // namespace everynode::simulation
