#include "create_pod.hpp"

#include <utility>

#include "everynode/daemonset/manage.hpp"
#include "everynode/sync/requests.hpp"
#include "fit_pod.hpp"

namespace everynode::sync {
namespace {

/// How many names one attempt tries; the next attempt continues with the next ones.
constexpr unsigned most_attempts = 10;

}  // namespace

CreatePod::CreatePod(std::shared_ptr<Batch> batch, daemonset::CreatePod action, std::string in_doubt, unsigned taken)
    : batch_(std::move(batch)), action_(std::move(action)), first_attempt_(taken) {
  change(CreationBegun{.node = action_.node});
  start(std::move(in_doubt));
}

void CreatePod::start(std::string in_doubt) {
  if (const auto& body = batch_->pod_body(); !body) {
    notify(EventType::warning, "FailedCreate", "Error creating: " + body.error());
    return finish(std::unexpected(Problem{.failure = Failure::not_sent, .text = body.error(), .status = {}}));
  }
  // The plan may have changed since a creation got no answer, and with it the name of the node's pod. While the other
  // pod may exist, nothing is created.
  if (in_doubt.empty() || in_doubt == name()) return attempt();
  ask(kube::get(kube::pods, batch_->beside(std::move(in_doubt))));
}

std::string CreatePod::name() const {
  return daemonset::pod_name(batch_->daemon_set().name, action_.name_hash, attempt_);
}

void CreatePod::attempt() {
  step_ = Step::create;
  ask(create_pod(batch_->key().namespace_, body()));
}

std::string CreatePod::plain_body() const {
  return batch_->pod_body()->for_node(name(), action_.node);
}

std::string CreatePod::body() {
  std::string plain = plain_body();
  if (!refused_overlays_.empty()) return without_overlays(plain, refused_overlays_);
  if (batch_->known() == nullptr) return plain;
  FittedPod fitted = fit_pod(std::move(plain), batch_->key().namespace_, action_.node, *batch_->known(), left_out_);
  overlays_ = std::move(fitted.stamp);
  return std::move(fitted.body);
}

/// What the API server refuses with overlays it may take without: an overlay must not cost a node its pod.
bool CreatePod::may_be_overlays(const Problem& problem) const {
  if (overlays_.empty() || !refused_overlays_.empty() || !problem.status) return false;
  const bool forbidden = problem.status->code == 403 && problem.status->cause != "NamespaceTerminating";
  return forbidden || problem.status->code == 422;
}

void CreatePod::next_attempt() {
  ++attempt_;
  change(NamesTaken{.node = action_.node, .names = {.name_hash = action_.name_hash, .count = attempt_}});
  if (attempt_ - first_attempt_ < most_attempts) return attempt();
  notify(EventType::warning, "FailedCreate",
         "Error creating: other objects have the " + std::to_string(attempt_) +
             " names that were tried for the pod of node " + action_.node +
             "; the next ones are tried in some seconds");
  finish(std::unexpected(Problem{.failure = Failure::already_exists,
                                 .text = "no free name was found for the pod of node " + action_.node,
                                 .status = {}}));
}

void CreatePod::take(Answer answer) {
  switch (step_) {
    case Step::settle:
      return settle(std::move(answer));
    case Step::create:
      return created(std::move(answer));
    case Step::try_plain:
      return tried(std::move(answer));
    case Step::recheck:
      return compare(std::move(answer));
  }
}

void CreatePod::settle(Answer answer) {
  const bool gone = !answer && answer.error().failure == Failure::not_found;
  if (!answer && !gone) return finish(std::unexpected(std::move(answer.error())));
  change(CreationSettled{.node = action_.node});
  if (gone) return attempt();
  change(std::move(*answer));
  finish(Next::plan_again);
}

void CreatePod::created(Answer answer) {
  if (!answer && answer.error().failure != Failure::unreadable) return refused(std::move(answer.error()));
  notify(EventType::normal, "SuccessfulCreate", "Created pod: " + name());
  change(CreationAnswered{});
  if (!answer) return finish(std::unexpected(std::move(answer.error())));
  change(CreationSettled{.node = action_.node});
  if (const auto why = alteration_of(std::get<objects::DaemonPod>(*answer))) {
    change(PodUndone{.node = action_.node, .why = *why});
  }
  change(std::move(*answer));
  finish(Next::go_on);
}

/// What a webhook or a policy has made of the pod that was sent, so that it is not the node's.
std::optional<daemonset::Undone> CreatePod::alteration_of(const objects::DaemonPod& pod) const {
  switch (daemonset::claim_of(batch_->daemon_set(), pod.controller, pod.labels)) {
    case daemonset::Claim::foreign:
    case daemonset::Claim::orphan:
      return daemonset::Undone::disowned;
    case daemonset::Claim::stray:
      return daemonset::Undone::relabelled;
    case daemonset::Claim::own:
      break;
  }
  if (pod.target_node != action_.node) return daemonset::Undone::elsewhere;
  return pod.revision_hash() == batch_->hash() ? std::nullopt : std::optional(daemonset::Undone::rehashed);
}

void CreatePod::refused(Problem problem) {
  if (problem.failure == Failure::already_exists) {
    step_ = Step::recheck;
    return ask(kube::get(kube::pods, batch_->beside(name())));
  }
  if (may_be_overlays(problem)) return whole_stamp_.empty() ? try_plain(problem) : go_without(problem.message());
  if (problem.failure == Failure::in_doubt) change(CreationInDoubt{.node = action_.node, .pod = name()});
  const bool namespace_goes = problem.status && problem.status->cause == "NamespaceTerminating";
  if (!namespace_goes) notify(EventType::warning, "FailedCreate", "Error creating: " + problem.message());
  if (problem.status) change(CreationAnswered{.refusal = refusal_of(name(), problem.message())});
  finish(std::unexpected(std::move(problem)));
}

/// A LimitRange sets defaults after the pod was sent, and so may webhooks. Admission fits pods that have them already,
/// and leaves out what does not go with them: so must we.
void CreatePod::try_plain(const Problem& problem) {
  whole_stamp_ = overlays_;
  refusal_ = problem.message();
  step_ = Step::try_plain;
  ask(kube::as_dry_run(kube::create(kube::pods, batch_->key().namespace_, plain_body())));
}

void CreatePod::tried(Answer answer) {
  if (!answer) {
    Problem& problem = answer.error();
    if (problem.failure == Failure::already_exists) {  // only now: overlays are judged before names are
      whole_stamp_.clear();
      return refused(std::move(problem));
    }
    const bool verdict = problem.status && problem.status->code < 500 && problem.status->code != 429;
    if (verdict || problem.failure == Failure::unreadable) return go_without(refusal_);
    problem.failure = Failure::not_sent;  // nothing can have come of a dry run
    notify(EventType::warning, "FailedCreate", "Error creating: " + problem.message());
    return finish(std::unexpected(std::move(problem)));
  }
  std::string why;
  const auto& pod = std::get<objects::DaemonPod>(*answer);
  for (overlay::Refusal& one : refusals_of(pod, action_.node, *batch_->known())) {
    why += (why.empty() ? "" : "; ") + one.overlay + ": " + one.reason;
    left_out_.insert(std::move(one.overlay));
  }
  std::string fitted = body();
  if (overlays_.empty() || overlays_ == whole_stamp_) return go_without(refusal_);
  notify(EventType::warning, "OverlaysRefused",
         "The API server refuses the pod of node " + action_.node + " with its overlays (" + whole_stamp_ +
             "), so it is created with " + overlays_ + " only: " + why);
  step_ = Step::create;
  ask(create_pod(batch_->key().namespace_, std::move(fitted)));
}

void CreatePod::go_without(const std::string& why) {
  notify(EventType::warning, "OverlaysRefused",
         "The API server refuses the pod of node " + action_.node + " with its overlays (" + whole_stamp_ +
             "), so it is created without them: " + why);
  refused_overlays_ = whole_stamp_;
  overlays_.clear();
  attempt();
}

/// Another object has the name. If it may be the pod that we want, there must be no other.
void CreatePod::compare(Answer answer) {
  if (!answer) {
    if (answer.error().failure == Failure::not_found) return next_attempt();
    return finish(std::unexpected(std::move(answer.error())));
  }
  const auto& pod = std::get<objects::DaemonPod>(*answer);
  const daemonset::Claim claim = daemonset::claim_of(batch_->daemon_set(), pod.controller, pod.labels);
  const bool of_this_node = pod.target_node == action_.node && !pod.terminating;
  const bool given_up = batch_->knows_unmatched(pod.uid);
  change(std::move(*answer));
  // Our answer got lost, or another process of ours was faster.
  if (of_this_node && claim == daemonset::Claim::own) {
    change(CreationSettled{.node = action_.node});
    return finish(Next::go_on);
  }
  // The pod has lost its labels since: release it first, unless that has failed too often.
  if (of_this_node && claim == daemonset::Claim::stray && !given_up) return finish(Next::plan_again);
  next_attempt();
}

void CreatePod::finish(Result result) {
  change(CreationEnded{.node = action_.node});
  end(std::move(result));
}

}  // namespace everynode::sync
