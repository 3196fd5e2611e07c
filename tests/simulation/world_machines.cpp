// The components that work in the world: scheduler, kubelets and garbage collectors.
#include <vector>

#include "world.hpp"

namespace everynode::simulation {

void World::work() {
  const objects::DaemonPod* pod = rng_.any_of(api_.pods.all());
  if (pod != nullptr && !collect(*pod) && !rng_.one_in(6)) run(*pod);
  if (rng_.one_in(3)) finish_deletions();
  if (rng_.one_in(6)) collect_all();
}

bool World::settle() {
  bool changed = collect_all();
  changed = finish_deletions() || changed;
  std::vector<std::string> names;
  for (const auto& [name, pod] : api_.pods.all()) names.push_back(name);
  for (const auto& name : names) changed = run(*api_.pods.find(name)) || changed;
  return changed;
}

/// The next step of scheduler and kubelet for a pod.
bool World::run(const objects::DaemonPod& found) {
  objects::DaemonPod pod = found;
  if (pod.terminating && pod.is_over()) {
    api_.pods.erase(pod.name);  // its finalizer is removed at last
    return true;
  }
  if (pod.forced) {
    api_.pods.erase(pod.name);  // the same
    return true;
  }
  const bool has_kubelet = pod.node_name.empty() || api_.nodes.find(pod.node_name) != nullptr;
  if (pod.is_over() || !has_kubelet) return false;
  if (pod.terminating && pod.labels.find(finalizer) == nullptr) {
    api_.pods.erase(pod.name);
    return true;
  }
  const bool has_node = api_.nodes.find(pod.target_node) != nullptr;
  if (pod.terminating) {
    pod.phase = objects::PodPhase::failed;
    pod.ready = false;
  } else if (pod.node_name.empty() && has_node) {
    pod.node_name = pod.target_node;
  } else if (pod.node_name.empty() || (pod.phase == objects::PodPhase::running && pod.ready)) {
    return false;
  } else if (pod.phase == objects::PodPhase::pending) {
    pod.phase = objects::PodPhase::running;
  } else {
    pod.ready = true;
    pod.ready_since = std::chrono::floor<std::chrono::seconds>(now_);
  }
  api_.pods.write(std::move(pod));
  return true;
}

bool World::lives(std::string_view uid) const {
  for (const auto& [name, set] : api_.daemon_sets.all()) {
    if (set.uid == uid) return true;
  }
  return false;
}

/// The garbage collectors delete pods of nodes and owners that no longer exist. A DaemonSet's may be left to it.
bool World::collect(const objects::DaemonPod& pod) {
  const std::string name = pod.name;
  const bool is_left = !collects_pods_ && pod.controller && lives(pod.controller->uid);
  if (!is_left && !pod.node_name.empty() && api_.nodes.find(pod.node_name) == nullptr) {
    api_.pods.erase(name);
    return true;
  }
  if (!pod.controller || lives(pod.controller->uid) || pod.terminating) return false;
  api_.delete_pod(name, std::string(pod.uid));
  return true;
}

bool World::collect_all() {
  bool changed = false;
  std::vector<std::string> names;
  for (const auto& [name, pod] : api_.pods.all()) names.push_back(name);
  for (const auto& name : names) changed = collect(*api_.pods.find(name)) || changed;
  names.clear();
  for (const auto& [name, revision] : api_.revisions.all()) {
    if (revision.terminating || (revision.controller && !lives(revision.controller->uid))) names.push_back(name);
  }
  for (const auto& name : names) api_.revisions.erase(name);
  return changed || !names.empty();
}

template <class T>
bool World::let_go(Collection<T>& objects, std::string_view uid, Deletion deletion) {
  for (const auto& [name, object] : objects.all()) {
    if (!object.controller || object.controller->uid != uid) continue;
    if (deletion == Deletion::foreground) {
      objects.erase(std::string(name));
    } else {
      T orphan = object;
      orphan.controller.reset();
      objects.write(std::move(orphan));
    }
    return true;
  }
  return false;
}

/// Takes one step in each deletion under way.
bool World::finish_deletions() {
  bool changed = false;
  std::vector<std::pair<std::string, std::string>> sets;
  for (const auto& [name, set] : api_.daemon_sets.all()) {
    if (set.terminating) sets.emplace_back(name, set.uid);
  }
  for (const auto& [name, uid] : sets) {
    changed = true;
    if (let_go(api_.pods, uid, deletions_.at(uid)) || let_go(api_.revisions, uid, deletions_.at(uid))) continue;
    api_.daemon_sets.erase(name);
  }
  return changed;
}

}  // namespace everynode::simulation
