#include "everynode/sync/answer.hpp"

#include <string_view>
#include <utility>

#include "everynode/objects/objects.hpp"

namespace everynode::sync {
namespace {

Failure failure_of(kube::Verb verb, const kube::ApiStatus& status) {
  if (status.code == 404 && status.reason == "NotFound") return Failure::not_found;
  if (verb == kube::Verb::create && status.reason == "AlreadyExists") return Failure::already_exists;
  if (status.code == 409 || status.code == 422) return Failure::conflict;
  return status.code >= 500 ? Failure::in_doubt : Failure::refused;
}

Problem problem_of(const kube::Request& request, const kube::Outcome& outcome) {
  if (!outcome) {
    const Failure failure = outcome.error().sent ? Failure::in_doubt : Failure::not_sent;
    return {.failure = failure, .text = outcome.error().why, .status = {}};
  }
  kube::ApiStatus status = kube::status_of(*outcome);
  return {
      .failure = failure_of(request.verb, status), .text = kube::explain(request, status), .status = std::move(status)};
}

template <class Read>
Answer take(std::string_view kind, std::expected<Read, codec::Mistake> read) {
  if (read) return std::move(*read);
  return std::unexpected(Problem{
      .failure = Failure::unreadable,
      .text = "the API server answered with a " + std::string(kind) + " that cannot be read: " + read.error().text(),
      .status = {}});
}

/// What the API server would make of a pod is asked about to compare it, so it is read with what admission made of it.
std::expected<objects::DaemonPod, codec::Mistake> read_tried_pod(const std::string& json, codec::Document& document) {
  objects::AuditedPod pod;
  const auto whole = document.read(json, [&](codec::JsonValue root) { read(root, pod); });
  if (!whole) return std::unexpected(whole.error());
  return std::move(pod);
}

}  // namespace

Answer read_answer(const kube::Request& request, const kube::Outcome& outcome, codec::Document& document) {
  if (!outcome || !outcome->ok()) return std::unexpected(problem_of(request, outcome));
  const std::string& body = outcome->body;
  if (request.resource == kube::pods) {
    const bool json = outcome->encoding == kube::Encoding::json;
    if (json && request.target.ends_with("?dryRun=All")) return take("Pod", read_tried_pod(body, document));
    return take("Pod", json ? objects::read_daemon_pod(body, document) : objects::read_daemon_pod_protobuf(body));
  }
  if (request.resource == kube::controller_revisions) {
    return take("ControllerRevision", objects::read_controller_revision(body, document));
  }
  if (request.resource.plural == kube::rollout_policies.plural) {
    return take("RolloutPolicy", objects::read_rollout_policy(body, document));
  }
  if (request.resource == kube::nodes) return take("Node", objects::read_node(body, document));
  return take("DaemonSet", objects::read_daemon_set(body, document));
}

}  // namespace everynode::sync
