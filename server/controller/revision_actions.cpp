// What the executor does to ControllerRevisions.
#include "answers.hpp"
#include "batch.hpp"
#include "everynode/controller/requests.hpp"
#include "everynode/core/objects.hpp"

namespace everynode::controller {
Awaitable<std::string> Executor::create_revision(Batch& batch, core::CreateRevision action) {
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->ok()) co_return take_revision(*outcome);
  const bool taken = outcome && kube::status_of(*outcome).reason == "AlreadyExists";
  if (!taken) co_return kube::explain(request, outcome);
  co_return co_await resolve_collision(batch, action);
}

/// daemonset-controller.md 9.7: the name is taken by the revision that we want, or by another of the same hash.
Awaitable<std::string> Executor::resolve_collision(Batch& batch, core::CreateRevision action) {
  const kube::ObjectKey key{.namespace_ = batch.key.namespace_, .name = batch.daemon_set.name + "-" + action.hash};
  const kube::Request request = kube::get(kube::controller_revisions, key);
  const kube::Outcome outcome = co_await client_.send(request);
  if (!outcome || !outcome->ok()) co_return kube::explain(request, outcome);
  auto existing = core::read_controller_revision(outcome->body, document_);
  if (!existing) co_return existing.error();
  const bool claimable =
      core::claim_of(batch.daemon_set, existing->controller, existing->labels) != core::Claim::foreign;
  const bool usable = claimable && existing->data == batch.daemon_set.revision_data;
  store_.put(std::move(*existing), cache::Store::Source::write);
  if (usable) co_return std::string{};

  const kube::Request question = kube::get(kube::daemon_sets, batch.key);
  const kube::Outcome live = co_await client_.send(question);
  if (!live || !live->ok()) co_return kube::explain(question, live);
  const auto daemon_set = core::read_daemon_set(live->body, document_);
  if (!daemon_set) co_return daemon_set.error();
  const bool current = daemon_set->collision_count == batch.daemon_set.collision_count;
  if (!current) co_return "the collisionCount has changed since it was read";
  const kube::Request count = count_collision(*daemon_set);
  const kube::Outcome counted = co_await client_.send(count);
  if (!counted || !counted->ok()) co_return kube::explain(count, counted);
  co_return take_daemon_set(*counted);
}

Awaitable<std::string> Executor::change_revision(Batch& batch, core::ChangeRevision action) {
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  if (outcome && outcome->ok()) co_return take_revision(*outcome);
  co_return kube::explain(request, outcome);
}

Awaitable<std::string> Executor::delete_revision(Batch& batch, core::DeleteRevision action) {
  const kube::Request request = request_of(action, batch.daemon_set);
  const kube::Outcome outcome = co_await client_.send(request);
  if ((outcome && outcome->ok()) || is_not_found(outcome)) {
    store_.remove_revision(action.uid);
    co_return std::string{};
  }
  std::string problem = kube::explain(request, outcome);
  if (!is_conflict(outcome)) co_return problem;
  const auto kind = core::OwnedKind::controller_revision;
  co_return co_await look_again(batch, kind, action.name, action.uid, std::move(problem));
}

}  // namespace everynode::controller
