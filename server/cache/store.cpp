#include "everynode/cache/store.hpp"

#include <algorithm>
#include <utility>

#include "everynode/kube/resource_version.hpp"

namespace everynode::cache {
namespace {

/// Not older than what is known. What cannot be compared is taken: nothing may be stuck for ever.
bool supersedes(std::string_view version, std::string_view known) {
  const auto order = kube::compare_resource_versions(version, known);
  return !order || *order >= 0;
}

/// How many deleted objects are remembered: more than can be on their way in watches and answers at one time.
constexpr std::size_t remembered = 4096;

bool concerns_daemon_sets(const std::optional<core::ControllerRef>& controller) {
  return !controller || controller->kind == "DaemonSet";
}

/// Gives the known pod the version of the new one if that is all that is new: what a heartbeat of its status changes is
/// of no interest.
bool only_newer(const core::DaemonPod& pod, core::DaemonPod& known) {
  std::string version = std::exchange(known.resource_version, pod.resource_version);
  if (pod == known) return true;
  known.resource_version = std::move(version);
  return false;
}

Key key_of(const core::DaemonSet& daemon_set) {
  return {.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
}

}  // namespace

// --- nodes ---

void Store::put(core::Node node) {
  note(Kind::node, Source::watch, node.name);
  const auto [found, added] = nodes_.try_emplace(node.name);
  if (!added && found->second == node) return;
  found->second = std::move(node);
  for (const auto& [key, board] : boards_) {
    if (board->put(found->second)) touch(*board);
  }
}

void Store::remove_node(std::string_view name) {
  const auto found = nodes_.find(name);
  if (found == nodes_.end()) return;
  for (const auto& [key, board] : boards_) {
    if (board->remove_node(name)) touch(*board);
  }
  nodes_.erase(found);
}

// --- DaemonSets ---

void Store::put(core::DaemonSet daemon_set, Source source) {
  note(Kind::daemon_set, source, daemon_set.uid);
  const Key key = key_of(daemon_set);
  Board* known = board(key);
  if (known != nullptr && known->daemon_set().uid != daemon_set.uid) {
    if (!supersedes(daemon_set.resource_version, known->daemon_set().resource_version)) return;
    remove_daemon_set(key, known->daemon_set().uid);  // its deletion was missed
    known = nullptr;
  }
  if (deleted_.contains(daemon_set.uid)) return;
  if (known == nullptr) {
    if (outlived(Kind::daemon_set, source, daemon_set.resource_version)) return;
    known = boards_.emplace(key, std::make_unique<Board>(std::move(daemon_set))).first->second.get();
    boards_by_uid_[known->daemon_set().uid] = known;
    judge_all(*known);
    return touch(*known);
  }
  const std::string& version = known->daemon_set().resource_version;
  if (version == daemon_set.resource_version || !supersedes(daemon_set.resource_version, version)) return;
  if (known->update(std::move(daemon_set))) judge_all(*known);
  touch(*known);
}

void Store::judge_all(Board& board) {
  for (const auto& [name, node] : nodes_) board.put(node);
  const auto owned = by_owner_.find(board.daemon_set().uid);
  if (owned == by_owner_.end()) return;
  for (const core::DaemonPod* pod : owned->second) {
    board.remove(*pod);
    board.add(*pod);
  }
}

void Store::remove_daemon_set(const Key& key, std::string_view uid) {
  bury(uid);
  const auto found = boards_.find(key);
  if (found == boards_.end() || found->second->daemon_set().uid != uid) return;
  boards_by_uid_.erase(found->second->daemon_set().uid);
  boards_.erase(found);
  touched_.insert(key);
}

// --- pods ---

void Store::put(core::DaemonPod pod, Source source) {
  note(Kind::pod, source, pod.uid);
  if (deleted_.contains(pod.uid)) return;
  if (Board* board = owner(pod)) board->share(pod.labels);
  const auto found = pods_.find(pod.uid);
  if (found == pods_.end()) {
    if (!concerns_daemon_sets(pod.controller) || outlived(Kind::pod, source, pod.resource_version)) return;
    const std::string uid = pod.uid;
    return attach(*pods_.emplace(uid, std::make_unique<core::DaemonPod>(std::move(pod))).first->second);
  }
  core::DaemonPod& known = *found->second;
  if (!supersedes(pod.resource_version, known.resource_version)) return;
  if (only_newer(pod, known)) return;
  detach(known);
  if (!concerns_daemon_sets(pod.controller)) {
    pods_.erase(found);
    return;
  }
  known = std::move(pod);
  attach(known);
}

void Store::remove_pod(std::string_view uid) {
  bury(uid);
  const auto found = pods_.find(std::string(uid));
  if (found == pods_.end()) return;
  if (Board* board = owner(*found->second)) board->bury(*found->second);
  detach(*found->second);
  pods_.erase(found);
}

void Store::bury(std::string_view uid) {
  const auto [added, is_new] = deleted_.emplace(uid);
  if (!is_new) return;
  deleted_in_order_.push_back(added);
  if (deleted_in_order_.size() <= remembered) return;
  deleted_.erase(deleted_in_order_.front());
  deleted_in_order_.pop_front();
}

Board* Store::owner(const core::DaemonPod& pod) {
  if (!pod.controller) return nullptr;
  const auto found = boards_by_uid_.find(pod.controller->uid);
  return found == boards_by_uid_.end() ? nullptr : found->second;
}

void Store::attach(const core::DaemonPod& pod) {
  if (!pod.controller) {
    orphans_[pod.namespace_].insert(&pod);
    return touch_matching(pod.namespace_, pod.labels);
  }
  by_owner_[pod.controller->uid].insert(&pod);
  if (Board* board = owner(pod)) {
    board->add(pod);
    touch(*board);
  }
}

void Store::detach(const core::DaemonPod& pod) {
  if (!pod.controller) {
    const auto found = orphans_.find(pod.namespace_);
    found->second.erase(&pod);
    if (found->second.empty()) orphans_.erase(found);
    return;
  }
  const auto owned = by_owner_.find(pod.controller->uid);
  owned->second.erase(&pod);
  if (owned->second.empty()) by_owner_.erase(owned);
  if (Board* board = owner(pod)) {
    board->remove(pod);
    touch(*board);
  }
}

// --- revisions ---

void Store::put(core::ControllerRevision revision, Source source) {
  note(Kind::controller_revision, source, revision.uid);
  if (deleted_.contains(revision.uid) || !concerns_daemon_sets(revision.controller)) return;
  const auto found = revisions_.find(revision.uid);
  if (found == revisions_.end()) {
    if (outlived(Kind::controller_revision, source, revision.resource_version)) return;
    // A new revision that has its owner changes nothing (daemonset-controller.md 1.10).
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
  bury(uid);
  const auto found = revisions_.find(std::string(uid));
  if (found == revisions_.end()) return;
  touch_owner_of(found->second);
  revisions_.erase(found);
}

void Store::touch_owner_of(const core::ControllerRevision& revision) {
  if (!revision.controller) return;
  const auto found = boards_by_uid_.find(revision.controller->uid);
  if (found != boards_by_uid_.end()) touch(*found->second);
}

// --- lists ---

/// Remembers what a list names. An answer to a write that comes while the list does is not part of it.
void Store::note(Kind kind, Source source, const std::string& name) {
  if (source != Source::watch) return;
  if (const auto listing = replacing_.find(kind); listing != replacing_.end()) listing->second.insert(name);
}

/// Whether an object that is not known has gone before a list that we have seen, only its answer took longer.
bool Store::outlived(Kind kind, Source source, std::string_view version) const {
  const auto listed = listed_.find(kind);
  if (source == Source::watch || listed == listed_.end()) return false;
  const auto order = kube::compare_resource_versions(version, listed->second);
  return order && *order <= 0;
}

void Store::begin_replace(Kind kind) {
  replacing_[kind].clear();
}

void Store::keep(Kind kind, std::string_view identity) {
  if (const auto listing = replacing_.find(kind); listing != replacing_.end()) listing->second.emplace(identity);
  if (kind != Kind::node || identity.empty() || nodes_.contains(identity)) return;
  core::Node node;
  node.name = identity;
  node.readable = false;
  put(std::move(node));
}

void Store::end_replace(Kind kind, std::string_view resource_version) {
  const std::unordered_set<std::string> named = std::move(replacing_[kind]);
  replacing_.erase(kind);
  listed_[kind] = resource_version;
  // What is newer than the list was written while it was on its way.
  const auto is_gone = [&](const auto& object) {
    return !named.contains(object.uid) && supersedes(resource_version, object.resource_version);
  };
  if (kind == Kind::node) {
    std::vector<std::string> gone;
    for (const auto& [name, node] : nodes_) {
      if (!named.contains(name)) gone.push_back(name);
    }
    for (const auto& name : gone) remove_node(name);
  } else if (kind == Kind::daemon_set) {
    std::vector<std::pair<Key, std::string>> gone;
    for (const auto& [key, board] : boards_) {
      if (is_gone(board->daemon_set())) gone.emplace_back(key, board->daemon_set().uid);
    }
    for (const auto& [key, uid] : gone) remove_daemon_set(key, uid);
  } else if (kind == Kind::pod) {
    std::vector<std::string> gone;
    for (const auto& [uid, pod] : pods_) {
      if (is_gone(*pod)) gone.push_back(uid);
    }
    for (const auto& uid : gone) remove_pod(uid);
  } else {
    std::vector<std::string> gone;
    for (const auto& [uid, revision] : revisions_) {
      if (is_gone(revision)) gone.push_back(uid);
    }
    for (const auto& uid : gone) remove_revision(uid);
  }
}

// --- out ---

void Store::touch(const Board& board) {
  touched_.insert(key_of(board.daemon_set()));
}

void Store::touch_matching(std::string_view namespace_, const core::Labels& labels) {
  for (const auto& [key, board] : boards_) {
    if (key.namespace_ == namespace_ &&
        core::claim_of(board->daemon_set(), std::nullopt, labels) == core::Claim::orphan) {
      touched_.insert(key);
    }
  }
}

std::vector<Key> Store::take_touched() {
  std::vector<Key> keys(touched_.begin(), touched_.end());
  touched_.clear();
  return keys;
}

Board* Store::board(const Key& key) {
  const auto found = boards_.find(key);
  return found == boards_.end() ? nullptr : found->second.get();
}

const Board* Store::board(const Key& key) const {
  const auto found = boards_.find(key);
  return found == boards_.end() ? nullptr : found->second.get();
}

View Store::view(const Key& key) const {
  View view;
  const Board* const found = board(key);
  if (found == nullptr) return view;
  const core::DaemonSet& daemon_set = found->daemon_set();
  if (const auto orphans = orphans_.find(key.namespace_); orphans != orphans_.end()) {
    for (const core::DaemonPod* pod : orphans->second) {
      if (core::claim_of(daemon_set, pod->controller, pod->labels) == core::Claim::orphan) view.orphans.push_back(pod);
    }
  }
  for (const auto& [uid, revision] : revisions_) {
    const bool other = revision.controller && revision.controller->uid != daemon_set.uid;
    if (revision.namespace_ == key.namespace_ && !other) view.revisions.push_back(&revision);
  }
  view.snapshot = {.daemon_set = &daemon_set,
                   .nodes = found->nodes(),
                   .unplaced = found->unplaced(),
                   .strays = found->strays(),
                   .orphans = view.orphans,
                   .revisions = view.revisions,
                   .backoff = &found->backoff(),
                   .refusal = found->refusal()};
  return view;
}

}  // namespace everynode::cache
