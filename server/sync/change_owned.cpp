#include "change_owned.hpp"

#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {
namespace {

constexpr auto pod_kind = daemonset::OwnedKind::pod;
constexpr auto revision_kind = daemonset::OwnedKind::controller_revision;

}  // namespace

ChangeOwned::ChangeOwned(daemonset::OwnedKind kind, cache::Key key, std::string uid, Leaves leaves,
                         kube::Request request)
    : kind_(kind), key_(std::move(key)), uid_(std::move(uid)), leaves_(leaves) {
  ask(std::move(request));
}

ChangeOwned::ChangeOwned(const Batch& batch, const daemonset::Adopt& action)
    : ChangeOwned(action.kind, batch.beside(action.name), action.uid, Leaves::object,
                  request_of(action, batch.daemon_set())) {
  failure_event_ = "FailedAdopt";
  if (batch.adoption()) end(std::unexpected(*batch.adoption()));
}

/// By the UIDs of object and owner (requirement 8.5).
ChangeOwned::ChangeOwned(const Batch& batch, const daemonset::Release& action)
    : ChangeOwned(action.kind, batch.beside(action.name), action.uid, Leaves::object,
                  request_of(action, batch.daemon_set())) {
  failure_event_ = "FailedRelease";
}

ChangeOwned::ChangeOwned(const Batch& batch, const daemonset::RelabelPod& action)
    : ChangeOwned(pod_kind, batch.beside(action.name), action.uid, Leaves::object,
                  request_of(action, batch.daemon_set())) {}

ChangeOwned::ChangeOwned(const Batch& batch, const daemonset::ChangeRevision& action)
    : ChangeOwned(revision_kind, batch.beside(action.name), {}, Leaves::object,
                  request_of(action, batch.daemon_set())) {}

ChangeOwned::ChangeOwned(const Batch& batch, const daemonset::DeleteRevision& action)
    : ChangeOwned(revision_kind, batch.beside(action.name), action.uid, Leaves::nothing,
                  request_of(action, batch.daemon_set())) {}

void ChangeOwned::take(Answer answer) {
  const bool unreadable = !answer && answer.error().failure == Failure::unreadable;
  if (leaves_ == Leaves::nothing && (answer || unreadable)) {
    change(Gone{.kind = kind_, .uid = uid_});
    return end(Next::go_on);
  }
  if (answer) {
    change(std::move(*answer));
    return end(Next::go_on);
  }
  const Failure failure = answer.error().failure;
  refusal_ = answer.error().message();
  Result result = std::unexpected(std::move(answer.error()));
  if (uid_.empty()) return rechecked(std::move(result));
  if (failure == Failure::conflict) return recheck(kind_, key_, uid_, std::move(result));
  if (failure != Failure::not_found) return rechecked(std::move(result));
  change(Gone{.kind = kind_, .uid = uid_});
  end(Next::go_on);
}

/// A user whose object cannot be released or adopted finds the reason in an event.
void ChangeOwned::rechecked(Result result) {
  const std::string what = (kind_ == pod_kind ? "pod " : "revision ") + key_.name;
  if (!result && !failure_event_.empty()) notify(EventType::warning, failure_event_, what + ": " + refusal_);
  end(std::move(result));
}

}  // namespace everynode::sync
