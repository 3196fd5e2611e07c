#include "delete_pod.hpp"

#include <optional>
#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {
namespace {

/// Why pods of the node do not stay, if this deletion is for that; a rollout's, say, is not.
std::optional<daemonset::Undone> undone_by(daemonset::DeleteReason reason) {
  switch (reason) {
    case daemonset::DeleteReason::failed:
      return daemonset::Undone::failed;
    case daemonset::DeleteReason::succeeded:
      return daemonset::Undone::ended;
    case daemonset::DeleteReason::not_eligible:
      return daemonset::Undone::not_eligible;
    default:
      return std::nullopt;
  }
}

constexpr auto pod_kind = daemonset::OwnedKind::pod;

}  // namespace

DeletePod::DeletePod(const Batch& batch, daemonset::DeletePod action)
    : action_(std::move(action)),
      key_(batch.beside(action_.name)),
      deletion_(request_of(action_, batch.daemon_set())),
      looks_for_node_(action_.force && action_.reason == daemonset::DeleteReason::node_is_gone) {
  announce_deletion();
  ask(looks_for_node_ ? kube::get(kube::nodes, {.namespace_ = {}, .name = action_.node}) : deletion_);
}

void DeletePod::announce_deletion() {
  const std::string where = kube::to_text(key_) + " on node " + action_.node;
  if (action_.reason == daemonset::DeleteReason::failed) {
    notify(EventType::warning, "FailedDaemonPod", "Found failed daemon pod " + where + ", will try to kill it");
  }
  if (action_.reason == daemonset::DeleteReason::succeeded) {
    notify(EventType::normal, "SucceededDaemonPod", "Found succeeded daemon pod " + where + ", will try to delete it");
  }
}

/// Requirement 17.3: a watch may be late, so the API server itself has to say that there is no such node.
void DeletePod::take_node(Answer answer) {
  const auto failure = answer ? std::nullopt : std::optional(answer.error().failure);
  if (failure == Failure::not_found) return ask(deletion_);
  if (failure && failure != Failure::unreadable) return end(std::unexpected(std::move(answer.error())));
  change(NodeFound{.node = action_.node});
  end(std::unexpected(Problem{.failure = Failure::refused,
                              .text = "node " + action_.node + " exists, though no watch has told of it: its pod stays",
                              .status = {}}));
}

void DeletePod::take(Answer answer) {
  if (std::exchange(looks_for_node_, false)) return take_node(std::move(answer));
  const bool gone = !answer && answer.error().failure == Failure::not_found;
  const bool deleted = answer || answer.error().failure == Failure::unreadable;
  if (!gone && !deleted) return failed(std::move(answer.error()));
  if (action_.reason == daemonset::DeleteReason::failed) {
    change(FailedPodDeleted{.node = action_.node, .revision = action_.revision});
  }
  if (const auto why = undone_by(action_.reason)) change(PodUndone{.node = action_.node, .why = *why});
  if (deleted) notify(EventType::normal, "SuccessfulDelete", "Deleted pod: " + action_.name);
  // The answer is the terminating pod. It counts as terminating until a watch reports that it has gone.
  auto* const going = answer ? std::get_if<objects::DaemonPod>(&*answer) : nullptr;
  if (going != nullptr && going->uid == action_.uid) {
    going->terminating = true;
    going->forced = going->forced || action_.force;
    change(std::move(*answer));
  } else {
    change(Gone{.kind = pod_kind, .uid = action_.uid});
  }
  end(Next::go_on);
}

void DeletePod::failed(Problem problem) {
  refusal_ = problem.message();
  const Failure failure = problem.failure;
  if (failure == Failure::in_doubt) change(DeletionInDoubt{.deletion = action_});
  Result result = std::unexpected(std::move(problem));
  if (failure == Failure::conflict) return recheck(pod_kind, key_, action_.uid, std::move(result));
  rechecked(std::move(result));
}

void DeletePod::rechecked(Result result) {
  if (!result) notify(EventType::warning, "FailedDelete", "Error deleting: " + refusal_);
  end(std::move(result));
}

}  // namespace everynode::sync
