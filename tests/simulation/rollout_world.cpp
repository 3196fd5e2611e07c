#include "rollout_world.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "everynode/codec/hash.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::simulation {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t most_nodes = 9;

objects::PodTemplate template_of(std::string_view version) {
  const std::string v(version);
  auto read = objects::read_template(R"({"metadata":{"labels":{"app":"agent","v":")" + v +
                                     R"("}},"spec":{"containers":[{"name":"c","image":"i:)" + v + R"("}]}})");
  return std::move(*read);
}

std::string_view name_of(Image image) {
  constexpr std::array<std::string_view, 5> names{"is good", "never gets ready", "crashes", "fails", "kills its node"};
  return names[static_cast<std::size_t>(image)];
}

}  // namespace

RolloutWorld::RolloutWorld(SimulatedApi& api, Rng& rng, const objects::Time& now, bool on_delete,
                           std::function<void(const std::string&)> log)
    : api_(api), rng_(rng), now_(now), log_(std::move(log)), updates_(rng.one_in(3)) {
  for (std::size_t i = 2 + rng_.below(6); i > 0; --i) add_node();
  objects::DaemonSet set;
  set.namespace_ = "default";
  set.name = "agent";
  set.uid = api_.new_uid();
  set.selector.requirements = {{.key = "app", .op = "In", .values = {"agent"}}};
  set.strategy.rolling = !on_delete && !rng_.one_in(3);
  set.strategy.max_unavailable.value = static_cast<std::int64_t>(1 + rng_.below(3));
  set.min_ready_seconds = rng_.one_in(4) ? 5 : 0;
  set.pod_template = template_of("0");
  set.revision_data = objects::revision_data(set.pod_template);
  set.generation = 1;
  set.annotations.set(objects::template_generation_annotation, "1");
  api_.daemon_sets.write(std::move(set));
  objects::RolloutPolicy policy;
  policy.namespace_ = "default";
  policy.name = "policy";
  policy.uid = api_.new_uid();
  policy.generation = 1;
  make_rules(policy);
  api_.policies.write(std::move(policy));
  if (rng_.one_in(3)) overlays_.emplace(api_, rng_, now_, log_);
}

void RolloutWorld::make_rules(objects::RolloutPolicy& policy) {
  policy.max_unavailable.reset();
  if (rng_.one_in(2)) policy.max_unavailable = {.value = static_cast<std::int64_t>(1 + rng_.below(3))};
  policy.failure.reset();
  if (updates_ || !rng_.one_in(3)) {
    policy.failure = {
        .max_failed_nodes = {.value = static_cast<std::int64_t>(rng_.below(3))},
        .progress_deadline = seconds(70 + rng_.below(60)),  // more than our clock is wrong by
        .then = updates_ || rng_.one_in(2) ? objects::AfterFailure::rollback : objects::AfterFailure::pause};
  }
  make_waves(policy);
  make_windows(policy);
  policy.repair = overlays_ && rng_.one_in(2);
}

void RolloutWorld::make_waves(objects::RolloutPolicy& policy) {
  policy.waves.clear();
  for (std::size_t i = rng_.below(4); i > 0; --i) {
    objects::Wave& wave = policy.waves.emplace_back();
    wave.name = "wave-" + std::to_string(policy.waves.size());
    const std::size_t kind = rng_.below(3);
    if (kind == 0) wave.nodes = {.requirements = {{.key = "canary", .op = "Exists", .values = {}}}};
    if (kind == 1) wave.count = {.value = static_cast<std::int64_t>(rng_.below(3))};
    if (kind == 2) wave.by = "zone";
    wave.soak = seconds(rng_.below(3) * 20);
    wave.hold = rng_.one_in(3);
    if (rng_.one_in(3)) wave.max_unavailable = {.value = 1};
  }
}

/// A few minutes each, from some minutes ago on. The last one may go over midnight.
void RolloutWorld::make_windows(objects::RolloutPolicy& policy) {
  constexpr std::int64_t day = 24L * 60;
  policy.windows.clear();
  if (!rng_.one_in(3)) return;
  const auto midnight = std::chrono::floor<std::chrono::days>(now_);
  std::int64_t from = std::chrono::floor<minutes>(now_ - midnight).count() - static_cast<std::int64_t>(rng_.below(5));
  for (std::size_t i = 1 + rng_.below(3); i > 0; --i) {
    const std::int64_t to = from + 1 + static_cast<std::int64_t>(rng_.below(5));
    policy.windows.push_back({.from = minutes((from + day) % day), .to = minutes((to + day) % day)});
    from = to + static_cast<std::int64_t>(rng_.below(5));
  }
}

void RolloutWorld::surprise() {
  if (was_rolled_back() && rng_.one_in(3)) return rng_.one_in(4) ? retry() : put_back();
  if (updates_ && !rng_.one_in(4)) return update();
  if (overlays_ && rng_.one_in(3)) return overlays_->surprise();
  const std::size_t what = rng_.below(24);
  const objects::Node* const node = rng_.any_of(api_.nodes.all());
  if (overlays_ && node != nullptr && rng_.one_in(8)) return resize(*node);
  if (what < 1) return add_node();
  if (what < 4) return change_template(rng_.one_in(2));
  if (what < 6) return pause(!policy().paused);
  if (what < 7) return change_policy();
  if (what < 9) return delete_pod();
  if (what < 14) {
    promote();
    return;
  }
  if (node == nullptr) return;
  if (what < 15 && api_.nodes.all().size() > 1) {
    log_("node " + node->name + " goes");
    return api_.nodes.erase(std::string(node->name));
  }
  what < 17 ? change_absence(*node) : change_health(*node);
}

// --- nodes ---

void RolloutWorld::add_node() {
  const std::string name = "n" + std::to_string(rng_.below(most_nodes));
  if (api_.nodes.find(name) != nullptr) return;
  objects::Node node{.name = name, .uid = api_.new_uid(), .labels = {}, .taints = {}};
  if (rng_.one_in(4)) node.labels.set("canary", "");
  if (!rng_.one_in(4)) node.labels.set("zone", rng_.one_in(2) ? "a" : "b");
  node.health.created = second();
  node.health.ready_changed = second();
  log_("node " + name + " comes");
  api_.nodes.write(std::move(node));
}

void RolloutWorld::change_health(objects::Node node) {
  log_("node " + node.name + (node.health.ready ? " is not ready" : " is ready again"));
  const bool ready = !node.health.ready;
  set_ready(std::move(node), ready);
}

/// A node that is not ready takes the readiness of its pods with it.
void RolloutWorld::set_ready(objects::Node node, bool ready) {
  const std::string name = node.name;
  node.health.ready = ready;
  node.health.ready_changed = second();
  api_.nodes.write(std::move(node));
  if (ready) return;
  std::vector<objects::DaemonPod> pods;
  for (const auto& [key, pod] : api_.pods.all()) {
    if (pod.node_name == name && pod.ready) pods.push_back(pod);
  }
  for (objects::DaemonPod& pod : pods) {
    pod.ready = false;
    pod.ready_since = second();
    api_.pods.write(std::move(pod));
  }
}

void RolloutWorld::resize(objects::Node node) {
  node.labels.set(cores, node.labels.get(cores) == "8" ? "4" : "8");
  log_("node " + node.name + " has " + std::string(node.labels.get(cores)) + " cores");
  api_.nodes.write(std::move(node));
}

void RolloutWorld::change_absence(objects::Node node) {
  const bool present = node.health.absence == objects::Absence::none;
  node.health.absence = present ? objects::Absence::maintenance : objects::Absence::none;
  log_("node " + node.name + (present ? " is in maintenance" : " is back from maintenance"));
  api_.nodes.write(std::move(node));
}

// --- users ---

void RolloutWorld::change_template(bool good) {
  const std::string version = std::to_string(versions_.size() + 1);
  Version& made = versions_[version];
  if (!good) made.image = static_cast<Image>(1 + rng_.below(4));
  made.everywhere = rng_.one_in(2);
  objects::DaemonSet set = daemon_set();
  set_template(set, template_of(version));
  wanted_ = version;
  log_("template " + version + " comes, which " + std::string(name_of(made.image)) +
       (good || made.everywhere ? "" : " on some nodes"));
  api_.daemon_sets.write(std::move(set));
}

/// The next one when the last has come to an end. Most are bad.
void RolloutWorld::update() {
  const std::string& phase = policy().status.phase;
  if (phase == "Complete" || phase == "Failed") change_template(rng_.one_in(3));
}

bool RolloutWorld::was_rolled_back() const {
  return daemon_set().pod_template.labels.get("v") != wanted_;
}

/// As a GitOps tool.
void RolloutWorld::put_back() {
  objects::DaemonSet set = daemon_set();
  log_("template " + wanted_ + " is put back");
  set_template(set, template_of(wanted_));
  api_.daemon_sets.write(std::move(set));
}

/// As `everynode rollout retry`, of all revisions.
void RolloutWorld::retry() {
  objects::RolloutPolicy changed = policy();
  if (changed.status.daemon_sets.empty() || changed.status.daemon_sets.front().failed_revisions.empty()) return;
  log_("what failed may be tried again");
  changed.status.daemon_sets.front().failed_revisions.clear();
  api_.policies.write(std::move(changed));
}

void RolloutWorld::change_policy() {
  objects::RolloutPolicy changed = policy();
  make_rules(changed);
  changed.generation += 1;
  log_("the policy changes");
  api_.policies.write(std::move(changed));
}

void RolloutWorld::pause(bool paused) {
  objects::RolloutPolicy changed = policy();
  changed.paused = paused;
  changed.generation += 1;
  log_(paused ? "the policy is paused" : "the policy goes on");
  api_.policies.write(std::move(changed));
}

bool RolloutWorld::promote() {
  objects::RolloutPolicy changed = policy();
  if (changed.status.phase != "Held" || changed.status.daemon_sets.empty()) return false;
  const objects::DaemonSetRollout& held = changed.status.daemon_sets.front();
  objects::Promotion promotion{.daemon_set = held.name, .wave = held.wave, .revision = held.revision};
  if (std::ranges::find(changed.status.promoted, promotion) != changed.status.promoted.end()) return false;
  log_("wave " + held.wave + " is promoted");
  changed.status.promoted.push_back(std::move(promotion));
  api_.policies.write(std::move(changed));
  return true;
}

void RolloutWorld::delete_pod() {
  const objects::DaemonPod* const pod = rng_.any_of(api_.pods.all());
  if (pod == nullptr) return;
  log_("pod " + pod->name + " is deleted by a user");
  api_.delete_pod(std::string(pod->name), std::string(pod->uid));
}

void RolloutWorld::help() {
  helped_ = true;
  change_template(true);
  if (policy().paused) pause(false);
  if (overlays_) repair();
  if (!policy().windows.empty()) open_a_window();
  std::vector<objects::Node> nodes;
  for (const auto& [name, node] : api_.nodes.all()) nodes.push_back(node);
  for (objects::Node& node : nodes) {
    if (node.health.absence != objects::Absence::none) change_absence(node);
    if (!node.health.ready) change_health(*api_.nodes.find(node.name));
  }
}

/// The webhook comes, and what it missed is replaced.
void RolloutWorld::repair() {
  overlays_->help();
  objects::RolloutPolicy changed = policy();
  changed.repair = true;
  changed.generation += 1;
  api_.policies.write(std::move(changed));
}

/// For good, in some minutes.
void RolloutWorld::open_a_window() {
  objects::RolloutPolicy changed = policy();
  const auto midnight = std::chrono::floor<std::chrono::days>(now_);
  constexpr minutes later{10};
  changed.windows.push_back({.from = (std::chrono::ceil<minutes>(now_ - midnight) + later) % std::chrono::days(1)});
  changed.generation += 1;
  log_("from " + std::to_string(changed.windows.back().from.count()) + " minutes after midnight on a window is open");
  api_.policies.write(std::move(changed));
}

// --- kubelets ---

void RolloutWorld::work() {
  if (const objects::DaemonPod* const pod = rng_.any_of(api_.pods.all())) run(*pod);
}

bool RolloutWorld::settle() {
  bool changed = false;
  std::vector<std::string> names;
  for (const auto& [name, pod] : api_.pods.all()) names.push_back(name);
  for (const std::string& name : names) {
    if (const objects::DaemonPod* const pod = api_.pods.find(name)) changed = run(*pod) || changed;
  }
  return changed;
}

/// The next step for a pod. True: there was one.
bool RolloutWorld::run(const objects::DaemonPod& found) {
  const objects::Node* const node = api_.nodes.find(found.target_node);
  if (node == nullptr) {  // the garbage collector
    if (found.node_name.empty()) return false;
    api_.pods.erase(std::string(found.name));
    return true;
  }
  if (!node->health.ready || (found.is_over() && !found.terminating)) return false;
  objects::DaemonPod pod = found;
  if (pod.terminating) {
    api_.pods.erase(pod.name);
    return true;
  }
  if (pod.node_name.empty()) {
    pod.node_name = pod.target_node;
  } else if (pod.phase == objects::PodPhase::pending) {
    pod.phase = objects::PodPhase::running;
  } else if (pod.ready) {
    return false;
  } else {
    return start_container(std::move(pod), *node);
  }
  api_.pods.write(std::move(pod));
  return true;
}

Image RolloutWorld::image_of(const objects::DaemonPod& pod) const {
  const std::string_view version = pod.labels.get("v");
  const auto found = versions_.find(version);
  if (found == versions_.end()) return Image::good;
  constexpr std::uint64_t share = 3;
  const bool here = found->second.everywhere || codec::fnv1a(pod.target_node, codec::fnv1a(version)) % share == 0;
  return here ? found->second.image : Image::good;
}

bool RolloutWorld::start_container(objects::DaemonPod pod, const objects::Node& node) {
  switch (image_of(pod)) {
    case Image::silent:
      return false;
    case Image::crashes:
      if (pod.stuck) return false;
      pod.stuck = true;
      pod.trouble = "CrashLoopBackOff";
      break;
    case Image::fails:
      pod.phase = objects::PodPhase::failed;
      break;
    case Image::kills:
      if (helped_) return false;
      log_("node " + node.name + " is killed by pod " + pod.name);
      set_ready(node, false);
      return true;
    case Image::good:
      pod.ready = true;
      pod.ready_since = second();
      break;
  }
  api_.pods.write(std::move(pod));
  return true;
}

}  // namespace everynode::simulation
