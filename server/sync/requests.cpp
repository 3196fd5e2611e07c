#include "everynode/sync/requests.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "everynode/objects/revision.hpp"
#include "everynode/objects/template.hpp"
#include "everynode/overlay/census.hpp"
#include "everynode/rollout/status.hpp"
#include "everynode/sync/write_machine.hpp"

namespace everynode::sync {
namespace {

using Json = nlohmann::ordered_json;

kube::ObjectKey beside(const objects::DaemonSet& daemon_set, std::string name) {
  return {.namespace_ = daemon_set.namespace_, .name = std::move(name)};
}

kube::ObjectKey key_of(const objects::DaemonSet& daemon_set) {
  return beside(daemon_set, daemon_set.name);
}

/// A patch of owner references that has the object's UID: the API refuses it for another object of the same name.
std::string owners_patch(const std::string& uid, Json owners) {
  return Json{{"metadata", {{"uid", uid}, {"ownerReferences", std::move(owners)}}}}.dump();
}

kube::Request request(const daemonset::Adopt& action, const objects::DaemonSet& daemon_set) {
  Json owner{{"apiVersion", "apps/v1"}, {"kind", "DaemonSet"}, {"name", daemon_set.name},
             {"uid", daemon_set.uid},   {"controller", true},  {"blockOwnerDeletion", true}};
  return kube::strategic_merge_patch(resource_of(action.kind), beside(daemon_set, action.name),
                                     owners_patch(action.uid, Json::array({std::move(owner)})));
}

kube::Request request(const daemonset::Release& action, const objects::DaemonSet& daemon_set) {
  Json owner{{"$patch", "delete"}, {"uid", daemon_set.uid}};
  return kube::strategic_merge_patch(resource_of(action.kind), beside(daemon_set, action.name),
                                     owners_patch(action.uid, Json::array({std::move(owner)})));
}

kube::Request request(const daemonset::DeletePod& action, const objects::DaemonSet& daemon_set) {
  return kube::remove(kube::pods, beside(daemon_set, action.name), action.uid,
                      action.force ? kube::Grace::none : kube::Grace::usual);
}

kube::Request request(const daemonset::RelabelPod& action, const objects::DaemonSet& daemon_set) {
  const Json patch{{"metadata", {{"uid", action.uid}, {"labels", {{objects::revision_hash_label, action.hash}}}}}};
  return kube::merge_patch(kube::pods, beside(daemon_set, action.name), patch.dump());
}

kube::Request request(const daemonset::CreateRevision& action, const objects::DaemonSet& daemon_set) {
  return kube::create(kube::controller_revisions, daemon_set.namespace_,
                      objects::revision_body(daemon_set, action.hash, action.revision));
}

/// A patch instead of an update: an update would have to return the data byte for byte (requirement 9.3).
kube::Request request(const daemonset::ChangeRevision& action, const objects::DaemonSet& daemon_set) {
  Json patch{{"metadata", {{"resourceVersion", action.resource_version}}}};
  if (action.hash) patch["metadata"]["labels"][objects::revision_hash_label] = *action.hash;
  if (action.revision) patch["revision"] = *action.revision;
  return kube::merge_patch(kube::controller_revisions, beside(daemon_set, action.name), patch.dump());
}

kube::Request request(const daemonset::DeleteRevision& action, const objects::DaemonSet& daemon_set) {
  return kube::remove(kube::controller_revisions, beside(daemon_set, action.name), action.uid);
}

/// As `kubectl rollout undo`: the revision's bytes are a patch. The version is ours, so that nobody's change is lost.
kube::Request request(const daemonset::RestoreTemplate& action, const objects::DaemonSet& daemon_set) {
  const Json version{{"metadata", {{"resourceVersion", daemon_set.resource_version}}}};
  std::string patch = version.dump();
  patch.back() = ',';
  patch.append(action.data, action.data.find('{') + 1);
  return kube::strategic_merge_patch(kube::daemon_sets, key_of(daemon_set), std::move(patch));
}

}  // namespace

bool is_template_patch(std::string_view data) {
  const Json patch = Json::parse(data, nullptr, false);
  const auto has_only = [](const Json& object, const char* name) {
    return object.is_object() && object.size() == 1 && object.contains(name) && object[name].is_object();
  };
  return has_only(patch, "spec") && has_only(patch["spec"], "template");
}

template <class Action>
kube::Request request_of(const Action& action, const objects::DaemonSet& daemon_set) {
  return request(action, daemon_set);
}

template kube::Request request_of(const daemonset::Adopt&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::Release&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::DeletePod&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::RelabelPod&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::CreateRevision&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::ChangeRevision&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::DeleteRevision&, const objects::DaemonSet&);
template kube::Request request_of(const daemonset::RestoreTemplate&, const objects::DaemonSet&);

kube::Request create_pod(std::string_view namespace_, std::string body) {
  kube::Request request = kube::create(kube::pods, namespace_, std::move(body));
  request.answer = kube::Encoding::protobuf;
  return request;
}

kube::Request write_status(const objects::DaemonSet& daemon_set, const daemonset::StatusChange& change) {
  return kube::strategic_merge_patch(kube::daemon_sets_status, key_of(daemon_set),
                                     daemonset::status_patch(change, daemon_set.resource_version));
}

kube::Request write_status(const objects::RolloutPolicy& policy, const objects::RolloutPolicyStatus& status) {
  return kube::merge_patch(kube::rollout_policies_status, {.namespace_ = policy.namespace_, .name = policy.name},
                           rollout::status_patch(policy, status));
}

kube::Request write_status(const overlay::DaemonSetOverlay& overlay, const overlay::OverlayStatus& status) {
  return kube::merge_patch(kube::daemon_set_overlays_status, {.namespace_ = overlay.namespace_, .name = overlay.name},
                           overlay::status_patch(overlay, status));
}

kube::Request count_collision(const objects::DaemonSet& daemon_set) {
  const Json patch{{"metadata", {{"resourceVersion", daemon_set.resource_version}}},
                   {"status", {{"collisionCount", daemon_set.collision_count.value_or(0) + 1}}}};
  return kube::merge_patch(kube::daemon_sets_status, key_of(daemon_set), patch.dump());
}

/// The list of taints is replaced as a whole by any other kind of patch, which could lose one that has come meanwhile.
std::optional<kube::Request> remove_taint(const objects::Node& node, std::string_view key) {
  Json patch = Json::array();
  for (std::size_t i = node.taints.size(); i-- > 0;) {
    if (node.taints[i].key != key) continue;
    const std::string path = "/spec/taints/" + std::to_string(i);
    patch.push_back({{"op", "test"}, {"path", path + "/key"}, {"value", key}});
    patch.push_back({{"op", "remove"}, {"path", path}});
  }
  if (patch.empty()) return std::nullopt;
  return kube::json_patch(kube::nodes, {.namespace_ = {}, .name = node.name}, patch.dump());
}

std::string refusal_of(std::string_view pod, std::string_view message) {
  const std::string naming = "\"" + std::string(pod) + "\" is ";
  const auto found = message.find(naming);
  return std::string(found == std::string_view::npos ? message : message.substr(found + naming.size()));
}

protocol::Event event_on(const objects::DaemonSet& daemon_set, Notice notice, protocol::EventTime time) {
  return {.about = {.api_version = "apps/v1",
                    .kind = "DaemonSet",
                    .namespace_ = daemon_set.namespace_,
                    .name = daemon_set.name,
                    .uid = daemon_set.uid,
                    .resource_version = daemon_set.resource_version},
          .type = notice.type == EventType::warning ? "Warning" : "Normal",
          .reason = std::string(notice.reason),
          .message = std::move(notice.message),
          .time = time};
}

std::vector<protocol::Event> events_on(const overlay::DaemonSetOverlay& overlay, const overlay::OverlayStatus& status,
                                       protocol::EventTime time) {
  std::vector<protocol::Event> events;
  for (const overlay::RefusalSummary& one : status.refusals) {
    const auto& told = overlay.status.refusals;
    if (std::ranges::find(told, one.reason, &overlay::RefusalSummary::reason) != told.end()) continue;
    events.push_back({.about = {.api_version = "everynode.dev/v1alpha1",
                                .kind = "DaemonSetOverlay",
                                .namespace_ = overlay.namespace_,
                                .name = overlay.name,
                                .uid = overlay.uid,
                                .resource_version = overlay.resource_version},
                      .type = "Warning",
                      .reason = "OverlayLeftOut",
                      .message = "It is left out of pod " + one.pod + ": " + one.reason,
                      .time = time});
  }
  return events;
}

protocol::Event event_on(const objects::Node& node, std::string_view reason, std::string message,
                         protocol::EventTime time) {
  return {.about = {.api_version = "v1",
                    .kind = "Node",
                    .namespace_ = {},
                    .name = node.name,
                    .uid = node.uid,
                    .resource_version = {}},
          .type = "Warning",
          .reason = std::string(reason),
          .message = std::move(message),
          .time = time};
}

}  // namespace everynode::sync
