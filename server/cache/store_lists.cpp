// Lists of all objects of a kind: what they contain, and what they leave out.
#include <algorithm>
#include <utility>

#include "everynode/cache/store.hpp"
#include "supersedes.hpp"

namespace everynode::cache {
namespace {

/// The keys of the entries for which `is_gone` is true. Collects them first, because a map must not change during
/// iteration.
template <class Map, class IsGone>
std::vector<typename Map::key_type> keys_of(const Map& map, IsGone is_gone) {
  std::vector<typename Map::key_type> keys;
  for (const auto& [key, value] : map) {
    if (is_gone(key, value)) keys.push_back(key);
  }
  return keys;
}

template <class Set, class IsGone>
std::vector<std::string> uids_of(const Set& set, IsGone is_gone) {
  std::vector<std::string> uids;
  for (const auto& one : set) {
    if (is_gone(*one)) uids.push_back(one->uid);
  }
  return uids;
}

}  // namespace

/// Remembers the objects of a list. If a write is answered while the list is read, its object is not part of the list.
void Store::note(Kind kind, Source source, const std::string& name) {
  if (source != Source::watch || kind == Kind::pod) return;
  if (const auto listing = replacing_.find(kind); listing != replacing_.end()) listing->second.insert(name);
}

/// The same for a pod. Their UIDs would take as much as a tenth of all that is kept.
void Store::note_listed(KeptPod& pod) {
  if (replacing_.contains(Kind::pod)) pod.listed = pod_list_;
}

/// True if an unknown object was already gone when a list was made: the answer with the object is late.
bool Store::outlived(Kind kind, Source source, std::string_view version) const {
  const auto listed = listed_.find(kind);
  if (source == Source::watch || listed == listed_.end()) return false;
  const auto order = kube::compare_resource_versions(version, listed->second);
  return order && *order <= 0;
}

kube::Witness Store::before_list(Kind kind) {
  listings_[kind].deleted = deleted_.added();
  return newest_writes_[kind];
}

void Store::begin_replace(Kind kind) {
  replacing_[kind].clear();
  pod_list_ += kind == Kind::pod ? 1 : 0;
  Listing& listing = listings_[kind];
  listing = {.deleted = listing.deleted};
  if (audits_ && kind == Kind::node) knowledge_.begin_nodes();
}

void Store::keep(Kind kind, std::string_view identity) {
  if (kind == Kind::pod) {
    if (const auto known = pods_.find(identity); known != pods_.end()) note_listed(**known);
    return;
  }
  if (const auto listing = replacing_.find(kind); listing != replacing_.end()) listing->second.emplace(identity);
  if (audits_ && kind == Kind::node) knowledge_.keep_node(identity);
  if (kind != Kind::node || identity.empty() || nodes_.contains(identity)) return;
  objects::Node node;
  node.name = identity;
  node.readable = false;
  put(std::move(node));
}

kube::Continuity Store::end_replace(Kind kind, std::string_view resource_version) {
  const Listing& listing = listings_[kind];
  const bool older =
      std::ranges::any_of(listing.behind, [&](const auto& one) { return supersedes(resource_version, one.second); });
  if (listing.revives || older) return kube::Continuity::broken;
  const std::unordered_set<std::string> named = std::move(replacing_[kind]);
  replacing_.erase(kind);
  listed_[kind] = resource_version;
  // An object that is newer than the list was written while the list was on its way.
  const auto left_out = [&](const auto& object) {
    return !named.contains(object.uid) && supersedes(resource_version, object.resource_version);
  };
  const auto not_listed = [&](const KeptPod& pod) {
    return pod.listed != pod_list_ && supersedes(resource_version, pod.resource_version);
  };
  switch (kind) {
    case Kind::node:
      for (const auto& name : keys_of(nodes_, [&](const auto& key, const auto&) { return !named.contains(key); })) {
        remove_node(name);
      }
      end_node_sizes();
      break;
    case Kind::daemon_set:
      for (const auto& key :
           keys_of(states_, [&](const auto&, const auto& one) { return left_out(one->daemon_set()); })) {
        remove_daemon_set(key, std::string(state(key)->daemon_set().uid));
      }
      break;
    case Kind::pod:
      for (const auto& uid : uids_of(pods_, not_listed)) remove_pod(uid);
      break;
    case Kind::controller_revision:
      for (const auto& uid : keys_of(revisions_, [&](const auto&, const auto& one) { return left_out(one); })) {
        remove_revision(uid);
      }
      break;
    case Kind::rollout_policy:
      for (const auto& key : keys_of(policies_, [&](const auto&, const auto& one) { return left_out(one); })) {
        remove_policy(key, std::string(policies_.at(key).uid));
      }
      break;
  }
  return kube::Continuity::proven;
}

}  // namespace everynode::cache
