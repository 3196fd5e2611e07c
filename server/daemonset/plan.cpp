#include "everynode/daemonset/plan.hpp"

#include <algorithm>
#include <iterator>

#include "everynode/daemonset/conditions.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/manage.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "everynode/daemonset/status.hpp"
#include "everynode/rollout/status.hpp"
#include "hold_back.hpp"

namespace everynode::daemonset {
namespace {

std::vector<Action> claim_pods(const Snapshot& snapshot) {
  std::vector<Action> actions;
  for (const objects::DaemonPod* pod : snapshot.unmatched)
    actions.emplace_back(Release{OwnedKind::pod, pod->name, pod->uid});
  for (const objects::DaemonPod* pod : snapshot.orphans) {
    const bool ours = claim_of(*snapshot.daemon_set, pod->controller, pod->labels) == Claim::orphan;
    if (ours && !pod->terminating) actions.emplace_back(Adopt{OwnedKind::pod, pod->name, pod->uid});
  }
  return actions;
}

/// Holds back actions that have failed lately; nothing else waits for them.
void keep_from_waiting(const Snapshot& snapshot, objects::Time now, Plan& plan) {
  objects::earliest(plan.again_at, hold_back(plan.actions, snapshot, now).until);
}

/// What has not begun when the window closes does not begin any more.
void plan_rollout(const Situation& situation, Plan& plan) {
  RolloutStep step = roll(situation);
  objects::earliest(plan.again_at, step.again_at);
  plan.stage = Stage::rollout;
  plan.actions = std::move(step.actions);
  keep_from_waiting(situation.snapshot, situation.now, plan);
  if (!situation.progress || !situation.progress->closes_at) return;
  plan.good_for = *situation.progress->closes_at - situation.now;
}

/// Whether a rollout may go on beside pods that are created: under a policy. These take nothing from its budget that
/// their nodes have not used up already. Beside the in-tree controller, which creates them, it goes on too.
bool rolls_beside(const Situation& situation, const std::vector<Action>& managed) {
  const bool surges = situation.daemon_set().strategy.surges();
  return situation.progress && !surges && std::ranges::all_of(managed, creates_pod);
}

/// First the right number of pods, then the right revision. Of a DaemonSet that is suspended, what is there stays.
void plan_pods(const Situation& situation, Plan& plan) {
  if (is_suspended(situation.snapshot)) return;
  Managed managed = manage(situation);
  objects::earliest(plan.again_at, managed.again_at);
  plan.stage = Stage::manage;
  plan.actions = std::move(managed.actions);
  keep_from_waiting(situation.snapshot, situation.now, plan);
  if (plan.actions.empty()) return plan_rollout(situation, plan);
  if (!rolls_beside(situation, plan.actions)) return;
  Plan rollout;
  plan_rollout(situation, rollout);
  objects::earliest(plan.again_at, rollout.again_at);
  if (rollout.actions.empty()) return;
  plan.stage = Stage::rollout;
  plan.good_for = rollout.good_for;
  plan.creations = plan.actions.size();
  std::ranges::move(rollout.actions, std::back_inserter(plan.actions));
}

/// Before anything else is done for a revision that has failed. Its template goes only if the policy remembers why.
void plan_way_back(const Situation& situation, Plan& plan) {
  if (!situation.progress || !situation.progress->restores) return;
  plan.stage = Stage::go_back;
  if (const objects::ControllerRevision* const last = last_complete(situation.snapshot)) {
    plan.actions.emplace_back(RestoreTemplate{.revision = last->name, .data = last->data});
  }
  keep_from_waiting(situation.snapshot, situation.now, plan);
}

void plan_status(const Situation& situation, WriteConditions write, Plan& plan) {
  const StatusNow wanted = status_of(situation);
  objects::earliest(plan.again_at, wanted.again_at);
  std::vector<objects::Condition> written;
  if (write == WriteConditions::yes) {
    RolloutConditions conditions = conditions_of(situation);
    objects::earliest(plan.again_at, conditions.again_at);
    written = {std::move(conditions.progressing), std::move(conditions.degraded)};
    if (!situation.snapshot.minds_nodes) written.push_back(nodes_not_minded());
  }
  plan.status = change_of(situation.daemon_set(), wanted.status, std::move(written), situation.now);
}

void plan_policy_status(const Situation& situation, Plan& plan) {
  if (!situation.progress) return;
  plan.rollout = rollout::rollout_of(*situation.snapshot.policy, situation.daemon_set().name,
                                     current_revision(situation.snapshot)->name, *situation.progress);
  objects::earliest(plan.again_at, situation.progress->again_at);
}

/// Beside the in-tree controller, which keeps the history, makes the pods and writes the status.
Plan plan_beside(const Snapshot& snapshot, objects::Time now) {
  Plan plan;
  const objects::ControllerRevision* const current = current_revision(snapshot);
  if (current == nullptr) return plan;  // it will have recorded the template in a moment
  plan.hash = current->hash();
  const Situation situation(snapshot, plan.hash, now);
  plan_way_back(situation, plan);
  if (plan.actions.empty()) plan_rollout(situation, plan);
  if (plan.actions.empty()) plan.stage = Stage::quiet;
  plan_policy_status(situation, plan);
  return plan;
}

}  // namespace

Plan plan(const Snapshot& snapshot, objects::Time now, WriteConditions conditions, StatusWanted status) {
  const objects::DaemonSet& daemon_set = *snapshot.daemon_set;
  Plan plan;
  plan.stage = Stage::ignore;
  if (daemon_set.terminating || daemon_set.selector.empty()) return plan;
  if (snapshot.authority == Authority::none) return plan;
  if (snapshot.authority == Authority::companion) return plan_beside(snapshot, now);

  // Claims pods first: pods with the label of a duplicate revision must be known before that revision goes.
  plan.stage = Stage::claim;
  plan.actions = claim_pods(snapshot);
  const HeldBack held = hold_back(plan.actions, snapshot, now);
  plan.again_at = held.until;
  if (!plan.actions.empty() || held.briefly) return plan;

  History history = history_of(snapshot, now);
  objects::earliest(plan.again_at, history.again_at);
  plan.stage = Stage::history;
  plan.hash = history.hash;
  plan.actions = std::move(history.actions);
  if (!plan.actions.empty() || plan.hash.empty()) return plan;

  const Situation situation(snapshot, plan.hash, now);
  plan_way_back(situation, plan);
  if (plan.actions.empty()) plan_pods(situation, plan);
  if (plan.actions.empty()) {
    plan.stage = Stage::clean_up;
    plan.actions = clean_up(snapshot, history);
    keep_from_waiting(snapshot, now, plan);
  }
  if (plan.actions.empty()) plan.stage = Stage::quiet;
  if (status == StatusWanted::always || plan.actions.empty()) plan_status(situation, conditions, plan);
  plan_policy_status(situation, plan);
  return plan;
}

std::string_view name_of(Stage stage) {
  switch (stage) {
    case Stage::ignore:
      return "ignore";
    case Stage::claim:
      return "claim";
    case Stage::history:
      return "history";
    case Stage::go_back:
      return "go back";
    case Stage::manage:
      return "manage";
    case Stage::rollout:
      return "rollout";
    case Stage::clean_up:
      return "clean up";
    case Stage::quiet:
      return "quiet";
  }
  return "";
}

}  // namespace everynode::daemonset
