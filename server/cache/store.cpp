#include "everynode/cache/store.hpp"

#include <utility>

#include "everynode/daemonset/conditions.hpp"
#include "store_listing.hpp"
#include "supersedes.hpp"

namespace everynode::cache {
namespace {

bool concerns_daemon_sets(const objects::Shared<objects::ControllerRef>& controller) {
  return !controller || controller->kind == "DaemonSet";
}

/// True if nothing but the version is new, which the known pod takes over: most changes of a pod's status do not matter
/// here.
bool only_newer(const objects::DaemonPod& pod, objects::DaemonPod& known) {
  std::string version = std::exchange(known.resource_version, pod.resource_version);
  if (pod == known) return true;
  known.resource_version = std::move(version);
  return false;
}

/// Whether the pod has failed since, or is stuck, or stuck in another way. `known`: null if it is seen for the first
/// time.
bool turned_bad(const objects::DaemonPod& pod, const objects::DaemonPod* known) {
  if (known == nullptr) return pod.stuck || pod.is_over();
  const bool same = known->stuck && pod.trouble == known->trouble;
  return (pod.stuck && !same) || (pod.is_over() && !known->is_over());
}

template <class Object>
Key key_of(const Object& object) {
  return {.namespace_ = object.namespace_, .name = object.name};
}

}  // namespace

// --- nodes ---

void Store::put(objects::Node node) {
  note(Kind::node, Source::watch, node.name);
  const auto [found, added] = nodes_.try_emplace(node.name);
  found->second.trouble = node.trouble;  // words for people: a sick kubelet has new ones in each report
  if (!added && found->second == node) return;
  found->second = std::move(node);
  objects::SharedText name(found->first);
  texts_.share(name);
  for (const auto& [key, state] : states_) {
    // Its labels say which of the policy's waves it belongs to.
    if (state->put(found->second, name) || state->policy() != nullptr) touch(*state);
  }
}

void Store::remove_node(std::string_view name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  for (const auto& [key, state] : states_) {
    if (state->remove_node(name)) touch(*state);
  }
  nodes_.erase(found);
  if (audits_ && knowledge_.remove_node(name)) publish();
}

// --- DaemonSets ---

void Store::put(objects::DaemonSet daemon_set, Source source) {
  note(Kind::daemon_set, source, daemon_set);
  const Key key = key_of(daemon_set);
  DaemonSetState* known = state(key);
  hold_against(Kind::daemon_set, source, daemon_set,
               known == nullptr ? nullptr : &known->daemon_set().resource_version);
  if (known != nullptr && known->daemon_set().uid != daemon_set.uid) {
    if (!supersedes(daemon_set.resource_version, known->daemon_set().resource_version)) return;
    remove_daemon_set(key, known->daemon_set().uid);  // we missed its deletion
    known = nullptr;
  }
  if (deleted_.contains(daemon_set.uid)) return;
  if (known == nullptr) {
    if (outlived(Kind::daemon_set, source, daemon_set.resource_version)) return;
    known = states_.emplace(key, std::make_unique<DaemonSetState>(std::move(daemon_set), conduct_)).first->second.get();
    states_by_uid_[known->daemon_set().uid] = known;
    place_all(*known);
    serve(*known);
    return touch(*known);
  }
  const std::string& version = known->daemon_set().resource_version;
  if (version == daemon_set.resource_version || !supersedes(daemon_set.resource_version, version)) return;
  const bool relabelled = daemon_set.labels != known->daemon_set().labels;
  if (known->update(std::move(daemon_set))) {
    place_all(*known);
    judge_all(*known);
  }
  if (relabelled) serve(*known);
  touch(*known);
}

void Store::place_all(DaemonSetState& state) {
  for (const auto& [name, node] : nodes_) {
    objects::SharedText shared(name);
    texts_.share(shared);
    state.put(node, shared);
  }
  const auto owned = by_owner_.find(state.daemon_set().uid);
  if (owned == by_owner_.end()) return;
  for (const objects::DaemonPod* pod : owned->second) {
    state.remove(*pod);
    state.add(*pod);
  }
}

void Store::remove_daemon_set(const Key& key, std::string_view uid) {
  deleted_.add(uid);
  const auto found = states_.find(key);
  if (found == states_.end() || found->second->daemon_set().uid != uid) return;
  if (found->second->policy() != nullptr) touched_policies_.insert(key_of(*found->second->policy()));
  states_by_uid_.erase(found->second->daemon_set().uid);
  states_.erase(found);
  touched_.insert(key);
}

// --- pods ---

void Store::put(objects::DaemonPod pod, Source source) {
  note(Kind::pod, source, pod);
  const auto found = pods_.find(pod.uid);
  if (found != pods_.end() && source == Source::watch) note_listed(**found);
  hold_against(Kind::pod, source, pod, found == pods_.end() ? nullptr : &(*found)->resource_version);
  if (deleted_.contains(pod.uid)) return;
  DaemonSetState* const state = owner(pod);
  if (state != nullptr) state->share(pod);
  if (audits_) judge(pod, found == pods_.end() ? nullptr : found->get());
  if (found == pods_.end()) {
    if (!concerns_daemon_sets(pod.controller) || outlived(Kind::pod, source, pod.resource_version)) return;
    if (state != nullptr && turned_bad(pod, nullptr)) state->pod_turned_bad();
    share(pod);
    KeptPod& kept = **pods_.insert(std::make_unique<KeptPod>(std::move(pod))).first;
    if (source == Source::watch) note_listed(kept);
    return attach(kept);
  }
  KeptPod& known = **found;
  if (!supersedes(pod.resource_version, known.resource_version)) return;
  if (only_newer(pod, known)) return;
  if (state != nullptr && turned_bad(pod, &known)) state->pod_turned_bad();
  detach(known);
  if (!concerns_daemon_sets(pod.controller)) {
    pods_.erase(found);
    return;
  }
  share(pod);
  static_cast<objects::DaemonPod&>(known) = std::move(pod);
  attach(known);
}

void Store::share(objects::DaemonPod& pod) {
  for (objects::SharedText* const text :
       {&pod.namespace_, &pod.node_name, &pod.target_node, &pod.creator, &pod.trouble}) {
    texts_.share(*text);
  }
}

bool Store::remove_pod(std::string_view uid) {
  deleted_.add(uid);
  const auto found = pods_.find(uid);
  if (found == pods_.end()) return false;
  const bool terminating = (*found)->terminating;
  if (DaemonSetState* state = owner(**found)) state->remove_deleted(**found);
  detach(**found);
  pods_.erase(found);
  return !terminating;
}

DaemonSetState* Store::owner(const objects::DaemonPod& pod) {
  if (!pod.controller) return nullptr;
  const auto found = states_by_uid_.find(pod.controller->uid);
  return found == states_by_uid_.end() ? nullptr : found->second;
}

void Store::attach(KeptPod& pod) {
  if (!pod.controller) {
    orphans_[pod.namespace_].insert(&pod);
    return touch_matching(pod.namespace_, pod.labels);
  }
  std::vector<KeptPod*>& owned = by_owner_[pod.controller->uid];
  pod.place = static_cast<std::uint32_t>(owned.size());
  owned.push_back(&pod);
  if (DaemonSetState* state = owner(pod)) {
    state->add(pod);
    touch(*state);
  }
}

void Store::detach(KeptPod& pod) {
  if (!pod.controller) {
    const auto found = orphans_.find(pod.namespace_);
    found->second.erase(&pod);
    if (found->second.empty()) orphans_.erase(found);
    return;
  }
  const auto owned = by_owner_.find(pod.controller->uid);
  KeptPod* const last = owned->second.back();
  last->place = pod.place;
  owned->second[pod.place] = last;
  owned->second.pop_back();
  if (owned->second.empty()) by_owner_.erase(owned);
  if (DaemonSetState* state = owner(pod)) {
    state->remove(pod);
    touch(*state);
  }
}

// --- revisions ---

void Store::put(objects::ControllerRevision revision, Source source) {
  note(Kind::controller_revision, source, revision);
  const auto found = revisions_.find(revision.uid);
  hold_against(Kind::controller_revision, source, revision,
               found == revisions_.end() ? nullptr : &found->second.resource_version);
  if (deleted_.contains(revision.uid) || !concerns_daemon_sets(revision.controller)) return;
  if (found == revisions_.end()) {
    if (outlived(Kind::controller_revision, source, revision.resource_version)) return;
    // Upstream sees a new revision that has an owner only at the next sync (requirement 1.10). A process that has died
    // may have requested it, and its number may be as high as that of the current one.
    if (source == Source::watch) touch_owner_of(revision);
    if (!revision.controller) touch_matching(revision.namespace_, revision.labels);
    const std::string uid = revision.uid;
    revisions_.emplace(uid, std::move(revision));
    return;
  }
  const std::string& version = found->second.resource_version;
  if (version == revision.resource_version || !supersedes(revision.resource_version, version)) return;
  touch_owner_of(found->second);
  touch_owner_of(revision);
  if (!revision.controller) touch_matching(revision.namespace_, revision.labels);
  found->second = std::move(revision);
}

void Store::remove_revision(std::string_view uid) {
  deleted_.add(uid);
  const auto found = revisions_.find(std::string(uid));
  if (found == revisions_.end()) return;
  touch_owner_of(found->second);
  revisions_.erase(found);
}

void Store::touch_owner_of(const objects::ControllerRevision& revision) {
  if (!revision.controller) return;
  const auto found = states_by_uid_.find(revision.controller->uid);
  if (found != states_by_uid_.end()) touch(*found->second);
}

void Store::forget_all() {
  for (const auto& [key, state] : states_) touched_.insert(key);
  std::set<Key> touched = std::move(touched_);
  const bool audits = audits_;
  *this = Store(std::move(time_zones_), conduct_);
  audits_ = audits;
  touched_ = std::move(touched);
}

// --- out ---

void Store::touch(const DaemonSetState& state) {
  touched_.insert(key_of(state.daemon_set()));
}

void Store::touch_matching(std::string_view namespace_, const objects::Labels& labels) {
  for (const auto& [key, state] : states_) {
    if (key.namespace_ == namespace_ &&
        daemonset::claim_of(state->daemon_set(), {}, labels) == daemonset::Claim::orphan) {
      touched_.insert(key);
    }
  }
}

std::vector<Key> Store::take_touched() {
  std::vector<Key> keys(touched_.begin(), touched_.end());
  touched_.clear();
  return keys;
}

DaemonSetState* Store::state(const Key& key) {
  const auto found = states_.find(key);
  return found == states_.end() ? nullptr : found->second.get();
}

const DaemonSetState* Store::state(const Key& key) const {
  const auto found = states_.find(key);
  return found == states_.end() ? nullptr : found->second.get();
}

View Store::view(const Key& key) const {
  View view;
  const DaemonSetState* const found = state(key);
  if (found == nullptr) return view;
  const objects::DaemonSet& daemon_set = found->daemon_set();
  if (const auto orphans = orphans_.find(key.namespace_); orphans != orphans_.end()) {
    for (const objects::DaemonPod* pod : orphans->second) {
      if (daemonset::claim_of(daemon_set, pod->controller, pod->labels) == daemonset::Claim::orphan)
        view.orphans.push_back(pod);
    }
  }
  for (const auto& [uid, revision] : revisions_) {
    const bool other = revision.controller && revision.controller->uid != daemon_set.uid;
    if (revision.namespace_ == key.namespace_ && !other) view.revisions.push_back(&revision);
  }
  const bool is_known = conduct_.switches != Obedience::as_observed;
  const bool may_mind = found->obeys_switches() && !daemonset::tells_nodes_not_minded(daemon_set);
  view.snapshot = {.daemon_set = &daemon_set,
                   .nodes = found->nodes(),
                   .unplaced = found->unplaced(),
                   .unmatched = found->unmatched(),
                   .orphans = view.orphans,
                   .revisions = view.revisions,
                   .backoff = &found->backoff(),
                   .retries = &found->retries(),
                   .repeats = &found->repeats(),
                   .absences = &found->absences(),
                   .policy = found->policy(),
                   .places = found->places(nodes_),
                   .time_zones = &time_zones_,
                   .audited = audits_,
                   .obeys_switches = found->obeys_switches(),
                   .minds_nodes = conduct_.minds_nodes && (is_known || may_mind),
                   .refusal = found->refusal()};
  return view;
}

}  // namespace everynode::cache
