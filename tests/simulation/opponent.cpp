#include "opponent.hpp"

#include <string>
#include <utility>
#include <vector>

namespace everynode::simulation {

Opponent::Opponent(SimulatedApi& api, Rng& rng) : api_(api) {
  constexpr std::size_t ways = 8;
  if (!rng.one_in(3)) return;
  way_ = static_cast<Way>(1 + rng.below(ways));
  api_.alter = [this](objects::DaemonPod& pod) { alter(pod); };
}

std::string_view Opponent::name() const {
  switch (way_) {
    case Way::none:
      return "nobody";
    case Way::deletes:
      return "somebody who deletes pods";
    case Way::pins:
      return "a webhook that pins pods elsewhere";
    case Way::relabels:
      return "a webhook that takes labels away";
    case Way::rehashes:
      return "a webhook that sets the hash";
    case Way::disowns:
      return "a webhook that takes the owner away";
    case Way::ends:
      return "pods that end";
    case Way::fails:
      return "pods that fail";
    case Way::taints:
      return "nodes that are tainted by turns";
  }
  return "";
}

void Opponent::alter(objects::DaemonPod& pod) const {
  if (way_ == Way::pins) pod.target_node = "nowhere";
  if (way_ == Way::relabels) pod.labels.set("app", "another");
  if (way_ == Way::rehashes) pod.labels.set(objects::revision_hash_label, "another");
  if (way_ == Way::disowns) pod.controller = objects::ControllerRef{.kind = "Other", .name = "other", .uid = "other"};
}

void Opponent::act() {
  if (way_ == Way::taints) return taint_all();
  std::vector<objects::DaemonPod> pods;
  for (const auto& [name, pod] : api_.pods.all()) {
    if (pod.controller && pod.controller->kind == "DaemonSet" && !pod.terminating) pods.push_back(pod);
  }
  for (objects::DaemonPod& pod : pods) {
    if (way_ == Way::deletes) api_.pods.erase(pod.name);
    if (pod.is_over() || (way_ != Way::ends && way_ != Way::fails)) continue;
    pod.node_name = pod.target_node;
    pod.phase = way_ == Way::ends ? objects::PodPhase::succeeded : objects::PodPhase::failed;
    pod.ready = false;
    api_.pods.write(std::move(pod));
  }
}

/// A taint that nobody tolerates comes and goes.
void Opponent::taint_all() {
  std::vector<objects::Node> nodes;
  for (const auto& [name, node] : api_.nodes.all()) nodes.push_back(node);
  for (objects::Node& node : nodes) {
    const bool had = std::erase_if(node.taints, [](const auto& taint) { return taint.key == "turns"; }) > 0;
    if (!had) node.taints.push_back({.key = "turns", .value = "", .effect = "NoExecute"});
    api_.nodes.write(std::move(node));
  }
}

void Opponent::go_away() {
  if (way_ == Way::taints) {
    for (const auto& [name, node] : std::map(api_.nodes.all())) {
      objects::Node clean = node;
      std::erase_if(clean.taints, [](const auto& taint) { return taint.key == "turns"; });
      api_.nodes.write(std::move(clean));
    }
  }
  way_ = Way::none;
  api_.alter = nullptr;
}

}  // namespace everynode::simulation
