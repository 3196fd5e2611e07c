/// Stores for tests, and their content as text.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "builders.hpp"
#include "everynode/cache/store.hpp"

namespace everynode::cache {

inline const Key agent{.namespace_ = "default", .name = "agent"};

inline objects::DaemonSet daemon_set(std::string uid = "ds-1", std::string version = "10") {
  objects::DaemonSet set = support::daemon_set();
  set.uid = std::move(uid);
  set.resource_version = std::move(version);
  return set;
}

inline objects::DaemonPod pod_at(std::string version, std::string_view on_node = "n1", std::string_view name = "p") {
  objects::DaemonPod made = support::pod(name, on_node);
  made.resource_version = std::move(version);
  return made;
}

inline objects::DaemonPod owned_by(objects::DaemonPod made, std::optional<std::string> uid) {
  made.controller.reset();
  if (uid) made.controller = objects::ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = *uid};
  return made;
}

/// The state of DaemonSet default/agent: "n1+: p q; n2-: ; (n3): r; unmatched s; unplaced u; orphans o". "+": should
/// run, "~": may stay, "-": neither, "(...)": the node no longer exists.
inline std::string seen(const Store& store) {
  const View view = store.view(agent);
  if (view.snapshot.daemon_set == nullptr) return "none";
  const auto names = [](const auto& pods) {
    std::set<std::string> sorted;
    for (const auto* pod : pods) sorted.insert(pod->name);
    std::string text;
    for (const auto& name : sorted) text += " " + name;
    return text;
  };
  std::map<std::string, std::string> nodes;
  for (const auto& node : view.snapshot.nodes) {
    const std::string mark = node.placement.should_run ? "+" : node.placement.should_continue ? "~" : "-";
    nodes[node.name] = (node.exists ? node.name + mark : "(" + node.name + ")") + ":" + names(node.pods);
  }
  std::string text;
  for (const auto& [name, line] : nodes) text += (text.empty() ? "" : "; ") + line;
  if (!view.snapshot.unmatched.empty()) text += "; unmatched" + names(view.snapshot.unmatched);
  if (!view.snapshot.unplaced.empty()) text += "; unplaced" + names(view.snapshot.unplaced);
  if (!view.snapshot.orphans.empty()) text += "; orphans" + names(view.snapshot.orphans);
  return text;
}

inline std::string touched(Store& store) {
  std::string text;
  for (const Key& key : store.take_touched()) text += (text.empty() ? "" : " ") + key.name;
  return text;
}

/// A store with DaemonSet agent and nodes n1 and n2, nothing touched.
inline std::unique_ptr<Store> usual() {
  auto store = std::make_unique<Store>();
  store->put(support::node("n1"));
  store->put(support::node("n2"));
  store->put(daemon_set());
  static_cast<void>(store->take_touched());
  return store;
}

}  // namespace everynode::cache
