// What the executor does to pods.
#include <chrono>

#include "answers.hpp"
#include "batch.hpp"
#include "everynode/controller/requests.hpp"
#include "everynode/core/manage.hpp"
#include "everynode/core/objects.hpp"

namespace everynode::controller {
namespace {

constexpr auto pod_kind = core::OwnedKind::pod;

/// More collisions of names than this are none.
constexpr unsigned most_attempts = 10;

/// The pod is what we wanted to create: an answer of ours got lost, or another process of ours was faster.
bool is_the_wanted(const core::DaemonPod& pod, const core::DaemonSet& daemon_set, const core::CreatePod& action) {
  const bool ours = core::claim_of(daemon_set, pod.controller, pod.labels) == core::Claim::own;
  return ours && pod.target_node == action.node && !pod.terminating;
}

/// Whether the API server may have created the pod although it did not say so.
bool may_be_done(const kube::Outcome& outcome) {
  return outcome ? outcome->status >= 500 : outcome.error().sent;
}

}  // namespace

/// The plan may have changed since a creation got no answer, and so the name of the pod that the node is to have now.
/// The name of that other pod; empty if there is none in doubt.
std::string Executor::doubted(const Batch& batch, const core::CreatePod& action) const {
  const auto doubts = in_doubt_.find(batch.key);
  if (doubts == in_doubt_.end()) return {};
  const auto doubt = doubts->second.find(action.node);
  if (doubt == doubts->second.end()) return {};
  const bool wanted = doubt->second == core::pod_name(batch.daemon_set.name, action.name_seed, 0);
  return wanted ? std::string{} : doubt->second;
}

/// As long as there may be the other pod, nothing is created. Nothing is returned if it is not there, else what to do
/// instead of creating: explain a problem, or (empty) plan again with what was found.
Awaitable<std::optional<std::string>> Executor::resolve_doubt(cache::Key daemon_set, std::string node,
                                                              std::string name) {
  const kube::Request question = kube::get(kube::pods, {.namespace_ = daemon_set.namespace_, .name = name});
  const kube::Outcome outcome = co_await client_.send(question);
  const bool gone = is_not_found(outcome);
  if (!gone && (!outcome || !outcome->ok())) co_return kube::explain(question, outcome);
  in_doubt_[daemon_set].erase(node);
  if (gone) co_return std::nullopt;
  co_return take_pod(*outcome);
}

void Executor::note_doubt(const cache::Key& daemon_set, const std::string& node, const std::string& name) {
  std::erase_if(in_doubt_, [this](const auto& known) { return store_.board(known.first) == nullptr; });
  in_doubt_[daemon_set][node] = name;
}

Awaitable<std::string> Executor::create_pod(Batch& batch, core::CreatePod action) {
  const auto& body = batch.pod_body();
  if (!body) {
    tell(batch.daemon_set, true, "FailedCreate", "Error creating: " + body.error());
    co_return body.error();
  }
  if (const std::string other = doubted(batch, action); !other.empty()) {
    auto known = co_await resolve_doubt(batch.key, action.node, other);
    if (known) co_return std::move(*known);
  }
  for (unsigned attempt = 0; attempt < most_attempts; ++attempt) {
    const std::string name = core::pod_name(batch.daemon_set.name, action.name_seed, attempt);
    kube::Request request = kube::create(kube::pods, batch.key.namespace_, body->for_node(name, action.node));
    request.answer = kube::Encoding::protobuf;
    const kube::Outcome outcome = co_await client_.send(request);
    if (outcome && outcome->ok()) {
      tell(batch.daemon_set, false, "SuccessfulCreate", "Created pod: " + name);
      note_answer(batch, {});
      co_return take_pod(*outcome);
    }
    if (may_be_done(outcome)) note_doubt(batch.key, action.node, name);
    const kube::ApiStatus status = outcome ? kube::status_of(*outcome) : kube::ApiStatus{};
    if (status.reason != "AlreadyExists") {
      const bool namespace_goes = status.cause == "NamespaceTerminating";
      const std::string problem = outcome ? status.message : outcome.error().why;
      if (!namespace_goes) tell(batch.daemon_set, true, "FailedCreate", "Error creating: " + problem);
      if (outcome) note_answer(batch, refusal_of(name, problem));
      co_return kube::explain(request, outcome);
    }
    const kube::Request question = kube::get(kube::pods, {.namespace_ = batch.key.namespace_, .name = name});
    const kube::Outcome existing = co_await client_.send(question);
    if (is_not_found(existing)) continue;
    // As long as it may be the pod that we want, there must be no other.
    if (!existing || !existing->ok()) co_return kube::explain(question, existing);
    auto pod = core::read_daemon_pod(existing->body, document_);
    if (!pod) co_return name + " cannot be read: " + pod.error();
    const bool wanted = is_the_wanted(*pod, batch.daemon_set, action);
    store_.put(std::move(*pod), cache::Store::Source::write);
    if (wanted) co_return std::string{};
  }
  co_return "no free name was found for the pod of node " + action.node;
}

Awaitable<std::string> Executor::delete_pod(Batch& batch, core::DeletePod action) {
  const std::string pod = batch.key.namespace_ + "/" + action.name;
  if (action.reason == core::DeleteReason::failed) {
    tell(batch.daemon_set, true, "FailedDaemonPod",
         "Found failed daemon pod " + pod + " on node " + action.node + ", will try to kill it");
  }
  if (action.reason == core::DeleteReason::succeeded) {
    tell(batch.daemon_set, false, "SucceededDaemonPod",
         "Found succeeded daemon pod " + pod + " on node " + action.node + ", will try to delete it");
  }
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  if (!is_not_found(outcome) && (!outcome || !outcome->ok())) {
    std::string problem = kube::explain(request, outcome);
    if (may_be_done(outcome)) note_doubt(batch.key, action);
    const bool conflict = is_conflict(outcome);
    if (conflict) problem = co_await look_again(batch, pod_kind, action.name, action.uid, std::move(problem));
    const std::string message = outcome ? kube::status_of(*outcome).message : outcome.error().why;
    if (!problem.empty()) tell(batch.daemon_set, true, "FailedDelete", "Error deleting: " + message);
    co_return problem;
  }
  note_deleted(batch, action);
  if (is_not_found(outcome)) {
    forget(pod_kind, action.uid);
    co_return std::string{};
  }
  tell(batch.daemon_set, false, "SuccessfulDelete", "Deleted pod: " + action.name);
  // The answer is the pod as it goes. It counts as going until a watch says that it has gone.
  auto going = core::read_daemon_pod(outcome->body, document_);
  if (!going || going->uid != action.uid) {
    forget(pod_kind, action.uid);
    co_return std::string{};
  }
  going->terminating = true;
  store_.put(std::move(*going), cache::Store::Source::write);
  co_return std::string{};
}

void Executor::note_doubt(const cache::Key& daemon_set, const core::DeletePod& deletion) {
  std::erase_if(deletions_in_doubt_, [this](const auto& known) { return store_.board(known.first) == nullptr; });
  deletions_in_doubt_[daemon_set].emplace(deletion.uid, deletion);
}

/// A pod whose deletion got no answer may be going. Before that is known no other pod may go: it could be the one that
/// was to stay, or one too many for the budget. Nothing is returned if there is no doubt, else what to do instead of
/// deleting: explain a problem, or (empty) plan again with what was found.
Awaitable<std::optional<std::string>> Executor::settle_deletions(Batch& batch) {
  auto taken = deletions_in_doubt_.extract(batch.key);
  if (taken.empty()) co_return std::nullopt;
  const std::string none_yet;
  for (const auto& [uid, deletion] : taken.mapped()) {
    std::string problem = co_await look_again(batch, pod_kind, deletion.name, uid, none_yet);
    if (problem.empty()) continue;
    observer_.acted(batch.key, deletion, problem);
    deletions_in_doubt_.insert(std::move(taken));
    co_return problem;
  }
  co_return std::string{};
}

/// What the API server says of one new pod tells of the others.
void Executor::note_answer(const Batch& batch, std::string refusal) {
  if (cache::Board* const board = store_.board(batch.key)) board->creation_answered(std::move(refusal));
}

/// The next pod of this node that fails has to wait longer.
void Executor::note_deleted(const Batch& batch, const core::DeletePod& action) {
  cache::Board* const board = store_.board(batch.key);
  if (board == nullptr || action.reason != core::DeleteReason::failed) return;
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  board->backoff().replaced(action.node, now);
  board->backoff().sweep(now);
}

Awaitable<std::string> Executor::adopt(Batch& batch, core::Adopt action) {
  if (!batch.adoption.empty()) co_return batch.adoption;
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  const bool pod = action.kind == pod_kind;
  if (outcome && outcome->ok()) co_return pod ? take_pod(*outcome) : take_revision(*outcome);
  std::string problem = kube::explain(request, outcome);
  if (is_not_found(outcome)) {
    forget(action.kind, action.uid);
    co_return std::string{};
  }
  if (!is_conflict(outcome)) co_return problem;
  co_return co_await look_again(batch, action.kind, action.name, action.uid, std::move(problem));
}

/// daemonset-controller.md 8.3: what we know of the DaemonSet may be old; it must still be this one, and stay. Asked
/// once for all that a plan adopts.
Awaitable<std::string> Executor::may_adopt(Batch& batch) {
  const kube::Request request = kube::get(kube::daemon_sets, batch.key);
  const kube::Outcome outcome = co_await client_.send(request);
  if (!outcome || !outcome->ok()) co_return kube::explain(request, outcome);
  const auto live = core::read_daemon_set(outcome->body, document_);
  if (!live) co_return live.error();
  const bool same = live->uid == batch.daemon_set.uid && !live->terminating;
  if (same) co_return std::string{};
  co_return "the DaemonSet is being deleted or was replaced: nothing is adopted";
}

/// daemonset-controller.md 8.5.
Awaitable<std::string> Executor::release(Batch& batch, core::Release action) {
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  const bool pod = action.kind == pod_kind;
  if (outcome && outcome->ok()) co_return pod ? take_pod(*outcome) : take_revision(*outcome);
  if (is_not_found(outcome)) {
    forget(action.kind, action.uid);
    co_return std::string{};
  }
  std::string problem = kube::explain(request, outcome);
  if (!is_conflict(outcome)) co_return problem;
  co_return co_await look_again(batch, action.kind, action.name, action.uid, std::move(problem));
}

Awaitable<std::string> Executor::relabel(Batch& batch, core::RelabelPod action) {
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->ok()) co_return take_pod(*outcome);
  if (is_not_found(outcome)) {
    forget(pod_kind, action.uid);
    co_return std::string{};
  }
  std::string problem = kube::explain(request, outcome);
  if (!is_conflict(outcome)) co_return problem;
  co_return co_await look_again(batch, pod_kind, action.name, action.uid, std::move(problem));
}

}  // namespace everynode::controller
