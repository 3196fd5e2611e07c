#include "everynode/inspection/subject.hpp"

#include <utility>

#include "everynode/rollout/policies.hpp"
#include "pages.hpp"

namespace everynode::inspection {
namespace {

/// There is one, and that is all we know; as the reconciler takes it, so whoever can be read goes first.
objects::RolloutPolicy not_understood(const objects::ObjectMeta& meta) {
  objects::RolloutPolicy policy;
  policy.namespace_ = meta.namespace_;
  policy.name = meta.name;
  policy.readable = false;
  policy.paused = true;
  policy.created = objects::Time::max();
  return policy;
}

}  // namespace

const objects::RolloutPolicy* Policies::serving(const objects::DaemonSet& daemon_set) const {
  std::vector<const objects::RolloutPolicy*> pointers;
  pointers.reserve(all.size());
  for (const objects::RolloutPolicy& policy : all) pointers.push_back(&policy);
  return rollout::serving(pointers, daemon_set);
}

std::expected<objects::DaemonSet, Failure> read_daemon_set(Conversation& conversation, const std::string& name) {
  const kube::Request request = kube::get(kube::daemon_sets, {.namespace_ = conversation.namespace_(), .name = name});
  const kube::Outcome outcome = conversation.ask(request);
  if (!outcome || !outcome->ok()) return std::unexpected(failure_of(conversation.address(), request, outcome));
  codec::Document document;
  auto read = objects::read_daemon_set(outcome->body, document);
  if (!read) return std::unexpected(unreadable(conversation.address(), request, *outcome, read.error().text()));
  return std::move(*read);
}

std::expected<History, Failure> read_history(Conversation& conversation, const objects::DaemonSet& daemon_set) {
  kube::Collection collection(kube::controller_revisions, daemon_set.namespace_);
  collection.labels = objects::to_text(daemon_set.selector);
  std::vector<objects::ControllerRevision> found;
  std::string problem;
  codec::Document document;
  const auto take = [&](const protocol::Item& item) {
    auto read = objects::read_controller_revision(item.json, document);
    if (!read) {
      problem = "ControllerRevision " + std::string(item.meta.name) + " cannot be read: " + read.error().text();
    } else {
      found.push_back(std::move(*read));
    }
  };
  if (auto done = visit_all(conversation, collection, take); !done) return std::unexpected(std::move(done.error()));
  if (!problem.empty()) return std::unexpected(Failure{.why = problem, .chance = Chance::never});
  std::vector<const objects::ControllerRevision*> pointers;
  pointers.reserve(found.size());
  for (const objects::ControllerRevision& one : found) pointers.push_back(&one);
  return history_of(daemon_set, pointers);
}

std::expected<Policies, Failure> read_policies(Conversation& conversation, const std::string& namespace_) {
  Policies policies;
  codec::Document document;
  const auto take = [&](const protocol::Item& item) {
    auto read = objects::read_rollout_policy(item.json, document);
    policies.all.push_back(read ? std::move(*read) : not_understood(item.meta));
  };
  const auto known = visit_all(conversation, {kube::rollout_policies, namespace_}, take);
  if (!known) return std::unexpected(known.error());
  policies.known = *known;
  return policies;
}

}  // namespace everynode::inspection
