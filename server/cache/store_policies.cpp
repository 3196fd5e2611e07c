// RolloutPolicies, and which DaemonSet each serves.
#include <algorithm>
#include <utility>

#include "everynode/cache/store.hpp"
#include "everynode/rollout/policies.hpp"
#include "store_listing.hpp"
#include "supersedes.hpp"

namespace everynode::cache {
namespace {

Key key_of(const objects::RolloutPolicy& policy) {
  return {.namespace_ = policy.namespace_, .name = policy.name};
}

/// Whether a plan may be another with the newer version: what Everynode tells in the status is no news to it.
bool matters(const objects::RolloutPolicy& known, const objects::RolloutPolicy& newer) {
  const auto remembers_alike = [](const objects::DaemonSetRollout& a, const objects::DaemonSetRollout& b) {
    return a.name == b.name && a.last_complete_revision == b.last_complete_revision &&
           a.failed_revisions == b.failed_revisions;
  };
  return known.generation != newer.generation || known.readable != newer.readable ||
         known.status.promoted != newer.status.promoted ||
         !std::ranges::equal(known.status.daemon_sets, newer.status.daemon_sets, remembers_alike);
}

}  // namespace

void Store::put(objects::RolloutPolicy policy, Source source) {
  note(Kind::rollout_policy, source, policy);
  const Key key = key_of(policy);
  const auto found = policies_.find(key);
  const bool known = found != policies_.end();
  hold_against(Kind::rollout_policy, source, policy, known ? &found->second.resource_version : nullptr);
  if (deleted_.contains(policy.uid)) return;
  if (!known && outlived(Kind::rollout_policy, source, policy.resource_version)) return;
  if (known && !supersedes(policy.resource_version, found->second.resource_version)) return;
  touched_policies_.insert(key);
  time_zones_.learn(policy);
  const bool same = known && found->second.uid == policy.uid;
  if (same && !matters(found->second, policy)) {
    found->second = std::move(policy);
    return;
  }
  objects::RolloutPolicy& kept = policies_[key] = std::move(policy);
  for (const auto& [name, state] : states_) {
    if (state->policy() != &kept) continue;
    state->set_policy(&kept);
    state->forget_rollout();
    touch(*state);
  }
  serve_all(key.namespace_);
}

void Store::keep_policy(objects::RolloutPolicy unreadable) {
  const auto found = policies_.find(key_of(unreadable));
  objects::RolloutPolicy kept = unreadable;
  if (found != policies_.end() && found->second.uid == unreadable.uid) {
    kept = found->second;  // it still says whom it serves
    kept.resource_version = unreadable.resource_version;
  } else {
    kept.created = objects::Time::max();  // who can be read goes first
  }
  kept.readable = false;
  kept.paused = true;
  put(std::move(kept));
}

void Store::remove_policy(const Key& key, std::string_view uid) {
  deleted_.add(uid);
  auto removed = policies_.extract(key);
  if (removed.empty()) return;
  if (removed.mapped().uid != uid) {
    policies_.insert(std::move(removed));
    return;
  }
  serve_all(key.namespace_);
  touched_policies_.erase(key);
}

/// Finds out who serves the DaemonSet now.
void Store::serve(DaemonSetState& state) {
  std::vector<const objects::RolloutPolicy*> policies;
  for (const auto& [key, policy] : policies_) policies.push_back(&policy);
  const objects::RolloutPolicy* const serving = rollout::serving(policies, state.daemon_set());
  for (const objects::RolloutPolicy* const policy : policies) {
    if (rollout::selects(*policy, state.daemon_set())) touched_policies_.insert(key_of(*policy));
  }
  if (serving == state.policy()) return;
  if (state.policy() != nullptr) touched_policies_.insert(key_of(*state.policy()));
  state.set_policy(serving);
  touch(state);
}

void Store::serve_all(std::string_view namespace_) {
  for (const auto& [key, state] : states_) {
    if (key.namespace_ == namespace_) serve(*state);
  }
}

std::vector<Key> Store::take_touched_policies() {
  std::vector<Key> keys(touched_policies_.begin(), touched_policies_.end());
  touched_policies_.clear();
  return keys;
}

void Store::set_rollout(const Key& daemon_set, std::optional<objects::DaemonSetRollout> rollout) {
  DaemonSetState* const found = state(daemon_set);
  if (found == nullptr || found->policy() == nullptr || !rollout) return;
  if (found->set_rollout(std::move(rollout))) touched_policies_.insert(key_of(*found->policy()));
}

std::vector<rollout::Selected> Store::selected_by(const objects::RolloutPolicy& policy) const {
  std::vector<rollout::Selected> selected;
  for (const auto& [key, state] : states_) {
    if (!rollout::selects(policy, state->daemon_set())) continue;
    const objects::RolloutPolicy* const serving = state->policy();
    const bool served = serving == nullptr || key_of(*serving) == key_of(policy);
    selected.push_back({.name = key.name,
                        .served_by = served ? std::string{} : serving->name,
                        .rollout = served ? state->rollout() : std::nullopt});
  }
  return selected;
}

}  // namespace everynode::cache
