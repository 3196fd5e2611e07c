// Overlays, and how pods compare with what these would make of them.
#include "everynode/cache/store.hpp"
#include "everynode/overlay/census.hpp"

namespace everynode::cache {

void Store::audit_pods() {
  audits_ = true;
}

/// A new state of what is known, once there is all.
void Store::publish() {
  if (!overlays_known_ || !classes_known_ || !nodes_known_) return;
  known_ = std::make_shared<const overlay::Known>(knowledge_.known());
}

void Store::publish_and_judge() {
  publish();
  for (const auto& [key, state] : states_) judge_all(*state);
}

void Store::know_overlays() {
  overlays_known_ = true;
  publish_and_judge();
}

void Store::know_classes() {
  classes_known_ = true;
  publish_and_judge();
}

void Store::know_node(const overlay::Node& node) {
  if (!audits_) return;
  if (replacing_.contains(Kind::node)) return knowledge_.listed(node);
  if (!knowledge_.put(node)) return;
  publish();
  if (known_ == nullptr) return;
  for (const auto& [key, state] : states_) {
    const daemonset::DaemonNode* const here = state->find(node.name);
    if (here == nullptr || here->pods.empty()) continue;
    overlay::TemplatePod made_from(state->daemon_set().pod_template.json);
    for (const objects::DaemonPod* pod : here->pods) judge_again(*pod, made_from, *state);
  }
}

void Store::end_node_sizes() {
  if (!audits_) return;
  knowledge_.end_nodes();
  nodes_known_ = true;
  publish_and_judge();
}

/// A pod that answers a write is read without what admission made of it, which stays as it was.
void Store::judge(objects::DaemonPod& pod, const objects::DaemonPod* known) {
  if (!pod.admitted && known != nullptr) pod.admitted = known->admitted;
  pod.drift = objects::Drift::none;
  pod.overtaken = false;
  const DaemonSetState* const state = owner(pod);
  if (state == nullptr) return;
  pod.drift = objects::Drift::unknown;
  if (known_ == nullptr) return;
  overlay::TemplatePod made_from(state->daemon_set().pod_template.json);
  const overlay::Audit audit = overlay::audit(*known_, pod, made_from);
  pod.drift = audit.drift;
  pod.overtaken = audit.overtaken;
}

void Store::judge_all(DaemonSetState& state) {
  if (!audits_ || known_ == nullptr) return;
  const auto owned = by_owner_.find(state.daemon_set().uid);
  if (owned == by_owner_.end()) return;
  overlay::TemplatePod made_from(state.daemon_set().pod_template.json);
  for (const KeptPod* pod : owned->second) judge_again(*pod, made_from, state);
}

void Store::judge_again(const objects::DaemonPod& pod, overlay::TemplatePod& made_from, DaemonSetState& state) {
  const overlay::Audit audit = overlay::audit(*known_, pod, made_from);
  if (audit.drift == pod.drift && audit.overtaken == pod.overtaken) return;
  objects::DaemonPod& known = **pods_.find(std::string_view(pod.uid));
  known.drift = audit.drift;
  known.overtaken = audit.overtaken;
  touch(state);
}

overlay::Audit Store::audit(const objects::DaemonPod& pod) const {
  const auto owner = pod.controller ? states_by_uid_.find(pod.controller->uid) : states_by_uid_.end();
  if (known_ == nullptr || owner == states_by_uid_.end()) return {};
  overlay::TemplatePod made_from(owner->second->daemon_set().pod_template.json);
  return overlay::audit(*known_, pod, made_from);
}

std::vector<std::pair<overlay::DaemonSetOverlay, overlay::OverlayStatus>> Store::overlay_statuses(
    std::string_view name_space, objects::Time now) const {
  std::vector<std::pair<overlay::DaemonSetOverlay, overlay::OverlayStatus>> news;
  if (known_ == nullptr) return news;
  overlay::Census census(*known_, name_space);
  for (const auto& [key, state] : states_) {
    if (key.namespace_ != name_space) continue;
    census.add_daemon_set(state->daemon_set().pod_template.labels);
    overlay::TemplatePod made_from(state->daemon_set().pod_template.json);
    for (const daemonset::DaemonNode& node : state->nodes()) {
      for (const objects::DaemonPod* pod : node.pods) {
        if (!pod->terminating) census.add(*pod, overlay::audit(*known_, *pod, made_from));
      }
    }
  }
  for (const auto& [name, overlay] : knowledge_.all_overlays()) {
    if (name.first != name_space) continue;
    overlay::OverlayStatus status = census.status_of(overlay, now);
    if (status != overlay.status) news.emplace_back(overlay, std::move(status));
  }
  return news;
}

}  // namespace everynode::cache
