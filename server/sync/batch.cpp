#include "everynode/sync/batch.hpp"

#include <algorithm>
#include <utility>

#include "change_owned.hpp"
#include "create_pod.hpp"
#include "create_revision.hpp"
#include "delete_pod.hpp"
#include "everynode/sync/requests.hpp"
#include "restore_template.hpp"

namespace everynode::sync {
namespace {

struct Beginner {
  std::shared_ptr<Batch> batch;
  const cache::Doubts& doubts;

  std::unique_ptr<WriteMachine> operator()(const auto& action) const {
    return std::make_unique<ChangeOwned>(*batch, action);
  }
  std::unique_ptr<WriteMachine> operator()(const daemonset::CreatePod& action) const {
    const auto doubt = doubts.creations.find(action.node);
    std::string other = doubt == doubts.creations.end() ? std::string{} : doubt->second;
    const auto taken = doubts.taken_names.find(action.node);
    const bool same = taken != doubts.taken_names.end() && taken->second.name_hash == action.name_hash;
    return std::make_unique<CreatePod>(batch, action, std::move(other), same ? taken->second.count : 0);
  }
  std::unique_ptr<WriteMachine> operator()(const daemonset::DeletePod& action) const {
    return std::make_unique<DeletePod>(*batch, action);
  }
  std::unique_ptr<WriteMachine> operator()(const daemonset::CreateRevision& action) const {
    return std::make_unique<CreateRevision>(batch, action);
  }
  std::unique_ptr<WriteMachine> operator()(const daemonset::RestoreTemplate& action) const {
    return std::make_unique<RestoreTemplate>(batch, action);
  }
};

}  // namespace

Batch::Batch(const objects::DaemonSet& daemon_set, const daemonset::Plan& plan,
             std::span<const objects::DaemonPod* const> unmatched, std::shared_ptr<const overlay::Known> known)
    : daemon_set_(daemon_set),
      key_{.namespace_ = daemon_set.namespace_, .name = daemon_set.name},
      hash_(plan.hash),
      known_(std::move(known)) {
  for (const objects::DaemonPod* pod : unmatched) unmatched_.insert(pod->uid);
}

const std::expected<objects::PodBody, std::string>& Batch::pod_body() {
  if (!body_) {
    const objects::PodBody::Owner owner{.name = daemon_set_.name, .uid = daemon_set_.uid};
    body_ = objects::PodBody::make(daemon_set_.pod_template, owner, hash_, daemon_set_.template_generation());
  }
  return *body_;
}

Preparation::Preparation(std::shared_ptr<Batch> batch, const daemonset::Plan& plan, const cache::Doubts& doubts)
    : batch_(std::move(batch)), adopts_(std::ranges::any_of(plan.actions, daemonset::adopts)) {
  if (std::ranges::any_of(plan.actions, daemonset::deletes_pod)) {
    for (const auto& [uid, deletion] : doubts.deletions) in_doubt_.push_back(deletion);
  }
  settle();
}

/// A pod whose deletion got no answer may be terminating. Until we know, no other pod may go: it could be the one that
/// should stay, or one too many for the budget.
void Preparation::settle() {
  if (!in_doubt_.empty()) {
    const daemonset::DeletePod& one = in_doubt_.back();
    return recheck(daemonset::OwnedKind::pod, batch_->beside(one.name), one.uid, Next::go_on);
  }
  if (settled_any_) return end(Next::plan_again);
  begin_adoption();
}

void Preparation::rechecked(Result result) {
  if (!result) return end(std::move(result));
  settled_any_ = true;
  change(DeletionSettled{.uid = std::move(in_doubt_.back().uid)});
  in_doubt_.pop_back();
  settle();
}

/// Requirement 8.3: what we know of the DaemonSet may be old. It must still be the same object, and not be terminating.
/// Asked once for all adoptions of a plan.
void Preparation::begin_adoption() {
  if (adopts_) ask(kube::get(kube::daemon_sets, batch_->key()));
}

void Preparation::take(Answer answer) {
  if (!answer) {
    batch_->forbid_adoption(std::move(answer.error()));
  } else {
    const auto& live = std::get<objects::DaemonSet>(*answer);
    if (live.uid != batch_->daemon_set().uid || live.terminating) {
      batch_->forbid_adoption({.failure = Failure::refused,
                               .text = "the DaemonSet is being deleted or was replaced: nothing is adopted",
                               .status = {}});
    }
  }
  end(Next::go_on);
}

std::unique_ptr<WriteMachine> begin(const daemonset::Action& action, std::shared_ptr<Batch> batch,
                                    const cache::Doubts& doubts) {
  return std::visit(Beginner{.batch = std::move(batch), .doubts = doubts}, action);
}

}  // namespace everynode::sync
