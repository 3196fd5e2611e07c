#include "everynode/daemonset/history.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "everynode/daemonset/manage.hpp"
#include "everynode/rollout/gates.hpp"
#include "hold_back.hpp"

namespace everynode::daemonset {
namespace {

using Revisions = std::vector<const objects::ControllerRevision*>;

struct Claimed {
  Revisions current;  ///< whose bytes are the template's
  Revisions old;
  std::vector<Action> actions;
};

constexpr auto number = [](const objects::ControllerRevision* a) {
  return std::tuple(a->revision, std::string_view(a->name));
};
/// Of the revisions with the template's bytes the last one stays; one that is being deleted cannot stay.
constexpr auto last = [](const objects::ControllerRevision* a) { return std::pair(!a->terminating, number(a)); };

/// The revisions that are the DaemonSet's, and what has to be done first.
Claimed claim(const Snapshot& snapshot) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  Claimed claimed;
  for (const objects::ControllerRevision* revision : snapshot.revisions) {
    const Claim claim = claim_of(daemon_set, revision->controller, revision->labels);
    const auto kind = OwnedKind::controller_revision;
    if (claim == Claim::stray) claimed.actions.emplace_back(Release{kind, revision->name, revision->uid});
    if (claim == Claim::orphan && !revision->terminating) {
      claimed.actions.emplace_back(Adopt{kind, revision->name, revision->uid});
    }
    if (claim != Claim::own) continue;
    if (revision->hash().empty()) {
      claimed.actions.emplace_back(
          ChangeRevision{revision->name, revision->resource_version, std::nullopt, revision->name});
    }
    (revision->data == daemon_set.revision_data ? claimed.current : claimed.old).push_back(revision);
  }
  std::ranges::sort(claimed.current, {}, last);
  std::ranges::sort(claimed.old, {}, number);
  return claimed;
}

/// Numbers beyond this one are nobody's count of rollouts. After 2^63-1 there would be no next: upstream adds 1 all the
/// same, and the API server refuses the negative number that comes of it.
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max() / 2;

/// Gives old revisions with such numbers the next ones after the others, in their order.
std::vector<Action> make_room(const Revisions& old) {
  std::vector<Action> actions;
  std::int64_t before = 0;
  for (const objects::ControllerRevision* revision : old) {
    before = revision->revision > highest ? before + 1 : revision->revision;
    if (before == revision->revision) continue;
    actions.emplace_back(ChangeRevision{revision->name, revision->resource_version, before, std::nullopt});
  }
  return actions;
}

template <class Visit>
void for_each_pod(const Snapshot& snapshot, Visit visit) {
  for (const DaemonNode& node : snapshot.nodes) {
    for (const objects::DaemonPod* pod : node.pods) visit(*pod);
  }
  for (const objects::DaemonPod* pod : snapshot.unplaced) visit(*pod);
}

/// The hashes of pods that were made from the template but bear another than the kept revision's: of its duplicates,
/// and of what somebody has changed the labels of. The bytes alone count, whoever owns them now; a revision's name
/// keeps the hash that its label has lost.
std::set<std::string_view> other_hashes(const Snapshot& snapshot, const objects::ControllerRevision& kept) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  const std::string prefix = daemon_set.name + "-";
  std::set<std::string_view> hashes;
  for (const objects::ControllerRevision* revision : snapshot.revisions) {
    const std::string_view name = revision->name;
    const bool ours = !revision->controller || revision->controller->uid == daemon_set.uid;
    if (!ours || revision->data != daemon_set.revision_data) continue;
    if (revision->controller || name.starts_with(prefix)) hashes.insert(revision->hash());
    if (name.starts_with(prefix)) hashes.insert(name.substr(prefix.size()));
  }
  hashes.erase(kept.hash());
  hashes.erase("");
  return hashes;
}

/// Several revisions have the template's bytes: the last one stays. Pods go over to it first, so that none is left
/// without a revision. Upstream relabels the pods of old templates too, which then count as updated (requirement 9.7).
std::vector<Action> deduplicate(const Snapshot& snapshot, const Revisions& current,
                                const objects::ControllerRevision& kept) {
  std::vector<Action> actions;
  if (const std::set<std::string_view> hashes = other_hashes(snapshot, kept); !hashes.empty()) {
    for_each_pod(snapshot, [&](const objects::DaemonPod& pod) {
      if (!hashes.contains(pod.revision_hash())) return;
      actions.emplace_back(RelabelPod{pod.name, pod.uid, std::string(kept.hash())});
    });
  }
  if (!actions.empty()) return actions;
  for (const objects::ControllerRevision* revision : current) {
    if (revision != &kept && !revision->terminating) {
      actions.emplace_back(DeleteRevision{revision->name, revision->uid});
    }
  }
  return actions;
}

}  // namespace

const objects::ControllerRevision* current_revision(const Snapshot& snapshot) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  const objects::ControllerRevision* found = nullptr;
  for (const objects::ControllerRevision* revision : snapshot.revisions) {
    if (revision->data != daemon_set.revision_data) continue;
    if (claim_of(daemon_set, revision->controller, revision->labels) != Claim::own) continue;
    if (found == nullptr || last(found) < last(revision)) found = revision;
  }
  return found;
}

const objects::ControllerRevision* last_complete(const Snapshot& snapshot) {
  if (snapshot.policy == nullptr) return nullptr;
  const objects::DaemonSetRollout* const known = rollout::remembered(*snapshot.policy, snapshot.daemon_set->name);
  if (known == nullptr || known->last_complete_revision.empty()) return nullptr;
  for (const objects::ControllerRevision* revision : snapshot.revisions) {
    if (revision->name != known->last_complete_revision || revision->terminating) continue;
    if (claim_of(*snapshot.daemon_set, revision->controller, revision->labels) == Claim::own) return revision;
  }
  return nullptr;
}

History history_of(const Snapshot& snapshot, objects::Time now) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  Claimed claimed = claim(snapshot);
  History history{.actions = std::move(claimed.actions), .hash = {}, .old = std::move(claimed.old)};
  const HeldBack held = hold_back(history.actions, snapshot, now);
  history.again_at = held.until;
  if (!history.actions.empty() || held.briefly) return history;

  history.actions = make_room(history.old);
  objects::earliest(history.again_at, hold_back(history.actions, snapshot, now).until);
  if (!history.actions.empty()) return history;

  const std::int64_t next = history.old.empty() ? 1 : std::min(history.old.back()->revision, highest) + 1;
  const objects::ControllerRevision* const current = current_revision(snapshot);
  if (current == nullptr) {
    history.actions.emplace_back(
        CreateRevision{objects::revision_hash(daemon_set.revision_data, daemon_set.collision_count), next});
    objects::earliest(history.again_at, hold_back(history.actions, snapshot, now).until);
    return history;
  }
  history.actions = deduplicate(snapshot, claimed.current, *current);
  objects::earliest(history.again_at, hold_back(history.actions, snapshot, now).until);
  history.hash = current->hash();
  if (history.actions.empty() && current->revision < next) {
    history.actions.emplace_back(ChangeRevision{current->name, current->resource_version, next, std::nullopt});
    objects::earliest(history.again_at, hold_back(history.actions, snapshot, now).until);
  }
  return history;
}

std::vector<Action> clean_up(const Snapshot& snapshot, const History& history) {
  const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(0, snapshot.daemon_set->revision_history_limit));
  std::vector<Action> actions;
  if (history.old.size() <= limit) return actions;
  std::set<std::string_view> live;
  for_each_pod(snapshot, [&](const objects::DaemonPod& pod) { live.insert(pod.revision_hash()); });
  const objects::ControllerRevision* const spared = last_complete(snapshot);
  std::size_t excess = history.old.size() - limit;
  for (const objects::ControllerRevision* revision : history.old) {
    if (excess == 0) break;
    if (live.contains(revision->hash()) || revision == spared) continue;
    --excess;
    if (!revision->terminating) actions.emplace_back(DeleteRevision{revision->name, revision->uid});
  }
  return actions;
}

IsUpdated::IsUpdated(const objects::DaemonSet& daemon_set, std::string_view hash)
    : name_(daemon_set.name), created_(daemon_set.created), hash_(hash) {
  if (const auto generation = daemon_set.template_generation()) generation_ = std::to_string(*generation);
}

bool IsUpdated::operator()(const objects::DaemonPod& pod) const {
  const By updated = updated_by(pod.labels);
  return updated == By::hash || (updated == By::generation && was_made_here(pod));
}

IsUpdated::By IsUpdated::updated_by(const objects::Labels& labels) const {
  for (const Judged& judged : judged_) {
    if (judged.labels != nullptr && judged.labels->shares(labels)) return judged.updated;
  }
  std::swap(judged_[0], judged_[1]);
  judged_[0] = {.labels = &labels, .updated = compare(labels)};
  return judged_[0].updated;
}

IsUpdated::By IsUpdated::compare(const objects::Labels& labels) const {
  if (!hash_.empty() && labels.get(objects::revision_hash_label) == hash_) return By::hash;
  const bool same = !generation_.empty() && labels.get(objects::template_generation_label) == generation_;
  return same ? By::generation : By::none;
}

bool IsUpdated::was_made_here(const objects::DaemonPod& pod) const {
  return is_pod_name(name_, pod.name) && pod.created >= created_;
}

}  // namespace everynode::daemonset
