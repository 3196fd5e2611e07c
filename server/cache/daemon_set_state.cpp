#include "everynode/cache/daemon_set_state.hpp"

#include <algorithm>
#include <utility>

#include "everynode/codec/hash.hpp"
#include "everynode/daemonset/conditions.hpp"
#include "everynode/objects/eligibility.hpp"

namespace everynode::cache {
namespace {

/// A vector that doubles is on average a third too large, which is much with 100,000 nodes.
constexpr std::size_t growth = 8;

/// Whether requirements 17.1 and 17.2 say something else then.
bool differs(const objects::NodeHealth& before, const objects::NodeHealth& now) {
  const bool out_of_service = now.absence == objects::Absence::out_of_service;
  return before.absence != now.absence || (out_of_service && before.ready != now.ready);
}

}  // namespace

DaemonSetState::DaemonSetState(objects::DaemonSet daemon_set, Conduct conduct)
    : conduct_(conduct), daemon_set_(std::move(daemon_set)) {
  add_startup_toleration(daemon_set_);
  backoff_.generation(daemon_set_.status.observed_generation);
  repeats_.resume(daemonset::undone_since(daemon_set_));
}

const daemonset::DaemonNode* DaemonSetState::find(std::string_view node) const {
  const auto found = index_.find(node);
  return found == index_.end() ? nullptr : &nodes_[*found];
}

daemonset::DaemonNode* DaemonSetState::known(std::string_view node) {
  const auto found = index_.find(node);
  return found == index_.end() ? nullptr : &nodes_[*found];
}

/// A plan may create a pod for a node that has gone since. The node may come back before that creation ends.
void DaemonSetState::set_creating(std::string_view node, bool creating) {
  daemonset::DaemonNode* one = known(node);
  if (one == nullptr && creating) one = &entry(objects::SharedText(node));
  if (one == nullptr) return;
  one->creating = creating;
  drop_if_unused(*one);
}

bool DaemonSetState::update(objects::DaemonSet daemon_set) {
  add_startup_toleration(daemon_set);
  const bool judge_again = daemon_set.pod_template.json != daemon_set_.pod_template.json ||
                           daemon_set.selector != daemon_set_.selector || daemon_set.switches != daemon_set_.switches ||
                           obeys(daemon_set) != obeys(daemon_set_);
  backoff_.generation(daemon_set.status.observed_generation);
  if (daemon_set.generation != daemon_set_.generation) {
    retries_.clear();
    repeats_.forgive();
  } else if (!daemonset::undone_since(daemon_set)) {
    repeats_.resume(std::nullopt);
  }
  daemon_set_ = std::move(daemon_set);
  return judge_again;
}

/// Requirement 18.2. In the pods that we make, not in the template.
void DaemonSetState::add_startup_toleration(objects::DaemonSet& daemon_set) const {
  if (conduct_.startup_taint.empty() || !daemon_set.switches.starts_nodes) return;
  objects::Tolerations& tolerations = daemon_set.pod_template.rules.tolerations;
  const objects::Toleration wanted{
      .key = conduct_.startup_taint, .op = "Exists", .value = {}, .effect = {}, .toleration_seconds = {}};
  for (const objects::Toleration& one : objects::missing(tolerations, {wanted})) tolerations.push_back(one);
}

bool DaemonSetState::obeys(const objects::DaemonSet& daemon_set) const {
  const bool observed = conduct_.switches == Obedience::as_observed && daemon_set.is_taken_over();
  return conduct_.switches == Obedience::always || observed;
}

void DaemonSetState::note_absences(objects::Time now) {
  absences_.pass(now, [this](std::string_view node) { return find(node) != nullptr; });
}

void DaemonSetState::set_policy(const objects::RolloutPolicy* policy) {
  if (policy != policy_) rollout_.reset();
  policy_ = policy;
  placed_ = false;
  ++setbacks_;
}

std::span<const rollout::Place> DaemonSetState::places(
    const std::map<std::string, objects::Node, std::less<>>& nodes) const {
  if (policy_ == nullptr) return {};
  if (!std::exchange(placed_, true)) {
    places_ = rollout::Places(policy_->waves);
    for (const daemonset::DaemonNode& node : nodes_) {
      const auto known = nodes.find(node.name);
      place(node, known == nodes.end() ? objects::Labels{} : known->second.labels);
    }
  }
  return places_.all();
}

/// Keeps the place of a node that is new or has changed.
void DaemonSetState::place(const daemonset::DaemonNode& node, const objects::Labels& labels) const {
  if (!placed_) return;
  places_.put(static_cast<std::size_t>(&node - nodes_.data()),
              {.name = node.name, .labels = labels, .desired = node.exists && node.placement.should_run});
}

bool DaemonSetState::set_rollout(std::optional<objects::DaemonSetRollout> rollout) {
  if (rollout == rollout_) return false;
  rollout_ = std::move(rollout);
  return true;
}

bool DaemonSetState::put(const objects::Node& node, const objects::SharedText& name) {
  daemonset::DaemonNode& known = entry(name);
  const objects::Placement placement =
      obeys_switches() ? objects::place(daemon_set_, node) : objects::place(daemon_set_.pod_template.rules, node);
  const bool appeared = !known.exists && (placement.should_run || !known.pods.empty());
  const bool changed = appeared || placement.should_run != known.placement.should_run ||
                       placement.should_continue != known.placement.should_continue ||
                       placement.held != known.placement.held ||
                       (conduct_.minds_nodes && differs(known.health, node.health));
  known.exists = true;
  absences_.ended(node.name);
  known.placement = placement;
  known.health = node.health;
  place(known, node.labels);
  return changed;
}

bool DaemonSetState::remove_node(std::string_view name) {
  daemonset::DaemonNode* node = known(name);
  if (node == nullptr) return false;
  const bool mattered = node->placement.should_run || !node->pods.empty();
  node->exists = false;
  node->placement = {};
  place(*node, {});
  absences_.began(name, node->health);
  drop_if_unused(*node);
  return mattered;
}

void DaemonSetState::share(objects::DaemonPod& pod) {
  if (shared_controller_ == pod.controller) {
    pod.controller = shared_controller_;
  } else {
    shared_controller_ = pod.controller;
  }
  if (shared_admitted_ == pod.admitted) {
    pod.admitted = shared_admitted_;
  } else if (pod.admitted) {
    shared_admitted_ = pod.admitted;
  }
  const auto known = std::ranges::find(shared_labels_, pod.labels);
  if (known != shared_labels_.end()) {
    pod.labels = *known;
  } else {
    shared_labels_[1] = std::exchange(shared_labels_[0], pod.labels);
  }
}

void DaemonSetState::add(const objects::DaemonPod& pod) {
  if (daemonset::claim_of(daemon_set_, pod.controller, pod.labels) == daemonset::Claim::stray) {
    unmatched_.push_back(&pod);
  } else if (pod.target_node.empty()) {
    unplaced_.push_back(&pod);
  } else {
    daemonset::DaemonNode& node = entry(pod.target_node);
    node.pods.push_back(&pod);
    if (!node.exists) absences_.began(node.name, {});
  }
}

void DaemonSetState::remove(const objects::DaemonPod& pod) {
  std::erase(unmatched_, &pod);
  std::erase(unplaced_, &pod);
  daemonset::DaemonNode* node = known(pod.target_node);
  if (node == nullptr) return;
  node->pods.erase(std::ranges::remove(node->pods, &pod).begin(), node->pods.end());
  drop_if_unused(*node);
}

void DaemonSetState::remove_deleted(const objects::DaemonPod& pod) {
  remove(pod);
  if (daemonset::DaemonNode* node = known(pod.target_node)) node->last_gone = codec::fnv1a(pod.uid);
}

daemonset::DaemonNode& DaemonSetState::entry(const objects::SharedText& name) {
  if (daemonset::DaemonNode* const found = known(name)) return *found;
  if (nodes_.size() == nodes_.capacity()) nodes_.reserve(nodes_.size() + nodes_.size() / growth + growth);
  daemonset::DaemonNode& node = nodes_.emplace_back();
  node.name = name;
  index_.insert(static_cast<std::uint32_t>(nodes_.size() - 1));
  node.exists = false;
  place(node, {});
  return node;
}

void DaemonSetState::drop_if_unused(daemonset::DaemonNode& node) {
  if (node.exists || node.creating || !node.pods.empty()) return;
  const auto found = index_.find(std::string_view(node.name));
  const std::uint32_t index = *found;
  if (placed_) places_.remove(index);
  index_.erase(found);
  if (index + 1 != nodes_.size()) {
    index_.erase(index_.find(std::string_view(nodes_.back().name)));
    node = std::move(nodes_.back());
    index_.insert(index);
  }
  nodes_.pop_back();
}

}  // namespace everynode::cache
