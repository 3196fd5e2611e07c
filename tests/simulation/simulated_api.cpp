#include "simulated_api.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "everynode/objects/objects.hpp"

namespace everynode::simulation {
namespace {

using Json = nlohmann::json;
using sync::Answer;
using sync::Failure;
using sync::Problem;

template <class T>
T parsed(std::expected<T, codec::Mistake> read, const std::string& body) {
  if (!read) throw std::runtime_error("the API server cannot read " + body + ": " + read.error().text());
  return std::move(*read);
}

/// With what overlays have made of it.
objects::DaemonPod audited(const std::string& body, codec::Document& document) {
  objects::AuditedPod pod;
  const auto whole = document.read(body, [&](codec::JsonValue root) { objects::read(root, pod); });
  if (!whole) throw std::runtime_error("the API server cannot read " + body + ": " + whole.error().text());
  return pod;
}

std::int64_t number_of(const Json& status, const char* name) {
  return status.at(name).get<std::int64_t>();
}

/// The name of the object that a request is about; empty for a new one.
std::string name_in(const kube::Request& request) {
  std::string path = request.target;
  if (!request.resource.subresource.empty()) path.resize(path.rfind('/'));
  const std::string name = path.substr(path.rfind('/') + 1);
  return name == request.resource.plural ? std::string{} : name;
}

std::string uid_in(const std::string& delete_options) {
  return Json::parse(delete_options).at("preconditions").at("uid");
}

template <class T>
Answer found(const Collection<T>& kind, const std::string& name) {
  const T* const object = kind.find(name);
  if (object == nullptr) return refusal(Failure::not_found);
  return *object;
}

/// Merges owner references by UID. False: the object would have two controllers.
bool set_owner(objects::Shared<objects::ControllerRef>& controller, const Json& metadata) {
  if (!metadata.contains("ownerReferences")) return true;
  const Json& owner = metadata["ownerReferences"].at(0);
  const std::string uid = owner.at("uid");
  if (owner.contains("$patch")) {
    if (controller && controller->uid == uid) controller.reset();
    return true;
  }
  if (controller && controller->uid != uid) return false;
  controller = objects::ControllerRef{.kind = owner.at("kind"), .name = owner.at("name"), .uid = uid};
  return true;
}

/// Merges conditions by type.
void put(std::vector<objects::Condition>& conditions, const Json& wanted) {
  const std::string type = wanted.at("type");
  std::erase_if(conditions, [&](const objects::Condition& one) { return one.type == type; });
  if (wanted.contains("$patch")) return;
  conditions.push_back({.type = type,
                        .status = wanted.at("status"),
                        .reason = wanted.at("reason"),
                        .message = wanted.at("message"),
                        .last_transition_time = wanted.at("lastTransitionTime")});
}

}  // namespace

std::unexpected<Problem> refusal(Failure failure) {
  const bool missing = failure == Failure::not_found;
  const bool taken = failure == Failure::already_exists;
  const char* const reason = missing ? "NotFound" : taken ? "AlreadyExists" : "Conflict";
  return std::unexpected(Problem{
      .failure = failure,
      .text = reason,
      .status = kube::ApiStatus{.code = missing ? 404U : 409U, .reason = reason, .message = reason, .cause = {}}});
}

Answer SimulatedApi::answer(const kube::Request& request, objects::Time now) {
  const std::string name = name_in(request);
  const bool pod = request.resource == kube::pods;
  const bool revision = request.resource == kube::controller_revisions;
  if (request.resource == kube::rollout_policies_status) return patch_policy_status(name, request.body);
  switch (request.verb) {
    case kube::Verb::get:
      if (request.resource == kube::nodes) return found(nodes, name);
      return pod ? found(pods, name) : revision ? found(revisions, name) : found(daemon_sets, name);
    case kube::Verb::create:
      return pod ? create_pod(request.body, now) : create_revision(request.body, now);
    case kube::Verb::delete_:
      return pod ? delete_pod(name, uid_in(request.body), is_forced(request))
                 : delete_revision(name, uid_in(request.body));
    case kube::Verb::patch:
      if (request.resource == kube::daemon_sets) return patch_template(name, request.body);
      return pod        ? patch_pod(name, request.body)
             : revision ? patch_revision(name, request.body)
                        : patch_status(name, request.body);
    default:
      throw std::runtime_error("the API server does not know " + request.target);
  }
}

Answer SimulatedApi::create_pod(const std::string& body, objects::Time now) {
  objects::DaemonPod pod =
      admit ? audited(admit(body), document_) : parsed(objects::read_daemon_pod(body, document_), body);
  if (pods.find(pod.name) != nullptr) return refusal(Failure::already_exists);
  pod.namespace_ = "default";
  pod.uid = new_uid();
  pod.created = std::chrono::floor<std::chrono::seconds>(now);
  if (on_create) on_create(pod);
  if (alter) alter(pod);
  return pods.write(std::move(pod));
}

Answer SimulatedApi::delete_pod(std::string_view name, std::string_view uid, bool force) {
  const objects::DaemonPod* found = pods.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  if (found->uid != uid) return refusal(Failure::conflict);
  objects::DaemonPod pod = *found;
  const bool at_once = force || pod.node_name.empty() || pod.is_over();
  if (at_once && pod.labels.find(finalizer) == nullptr) {
    pods.erase(name);
    return pod;
  }
  if (pod.terminating && (pod.forced || !force)) return pod;
  pod.terminating = true;
  pod.forced = force;
  return pods.write(std::move(pod));
}

Answer SimulatedApi::patch_pod(std::string_view name, const std::string& patch) {
  const objects::DaemonPod* found = pods.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  const Json metadata = Json::parse(patch).at("metadata");
  objects::DaemonPod pod = *found;
  if (metadata.at("uid") != pod.uid || !set_owner(pod.controller, metadata)) return refusal(Failure::conflict);
  if (metadata.contains("labels")) {
    pod.labels.set(objects::revision_hash_label,
                   metadata["labels"].at(objects::revision_hash_label).get<std::string>());
  }
  return pods.write(std::move(pod));
}

Answer SimulatedApi::create_revision(const std::string& body, objects::Time now) {
  objects::ControllerRevision revision = parsed(objects::read_controller_revision(body, document_), body);
  if (revisions.find(revision.name) != nullptr) return refusal(Failure::already_exists);
  revision.uid = new_uid();
  revision.created = std::chrono::floor<std::chrono::seconds>(now);
  return revisions.write(std::move(revision));
}

Answer SimulatedApi::delete_revision(std::string_view name, std::string_view uid) {
  const objects::ControllerRevision* found = revisions.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  if (found->uid != uid) return refusal(Failure::conflict);
  objects::ControllerRevision revision = *found;
  revisions.erase(name);
  return revision;
}

Answer SimulatedApi::patch_revision(std::string_view name, const std::string& patch) {
  const objects::ControllerRevision* found = revisions.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  const Json json = Json::parse(patch);
  const Json& metadata = json.at("metadata");
  objects::ControllerRevision revision = *found;
  if (metadata.value("uid", revision.uid) != revision.uid || !set_owner(revision.controller, metadata) ||
      metadata.value("resourceVersion", revision.resource_version) != revision.resource_version) {
    return refusal(Failure::conflict);
  }
  revision.revision = json.value("revision", revision.revision);
  if (metadata.contains("labels")) {
    const std::string hash = metadata["labels"].at(objects::revision_hash_label);
    revision.labels.set(objects::revision_hash_label, hash);
  }
  return revisions.write(std::move(revision));
}

/// A revision's data is the patch; "$patch" has it replace the whole template.
Answer SimulatedApi::patch_template(std::string_view name, const std::string& patch) {
  const objects::DaemonSet* found = daemon_sets.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  Json json = Json::parse(patch);
  if (json.at("metadata").at("resourceVersion") != found->resource_version) return refusal(Failure::conflict);
  Json& pod_template = json.at("spec").at("template");
  if (pod_template.at("$patch") != "replace") throw std::runtime_error("this would merge templates: " + patch);
  pod_template.erase("$patch");
  objects::DaemonSet set = *found;
  set_template(set, parsed(objects::read_template(pod_template.dump()), patch));
  return daemon_sets.write(std::move(set));
}

Answer SimulatedApi::patch_status(std::string_view name, const std::string& patch) {
  const objects::DaemonSet* found = daemon_sets.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  const Json json = Json::parse(patch);
  if (json.at("metadata").at("resourceVersion") != found->resource_version) return refusal(Failure::conflict);
  const Json& status = json.at("status");
  objects::DaemonSet set = *found;
  if (status.contains("collisionCount")) {
    set.collision_count = number_of(status, "collisionCount");
    return daemon_sets.write(std::move(set));
  }
  set.status = {.current_number_scheduled = number_of(status, "currentNumberScheduled"),
                .number_misscheduled = number_of(status, "numberMisscheduled"),
                .desired_number_scheduled = number_of(status, "desiredNumberScheduled"),
                .number_ready = number_of(status, "numberReady"),
                .observed_generation = number_of(status, "observedGeneration"),
                .updated_number_scheduled = number_of(status, "updatedNumberScheduled"),
                .number_available = number_of(status, "numberAvailable"),
                .number_unavailable = number_of(status, "numberUnavailable")};
  for (const auto& condition : status.value("conditions", Json::array())) put(set.conditions, condition);
  return daemon_sets.write(std::move(set));
}

Answer SimulatedApi::patch_policy_status(std::string_view name, const std::string& patch) {
  const objects::RolloutPolicy* found = policies.find(name);
  if (found == nullptr) return refusal(Failure::not_found);
  Json json = Json::parse(patch);
  if (json.at("metadata").at("resourceVersion") != found->resource_version) return refusal(Failure::conflict);
  json["metadata"]["name"] = name;
  json["spec"]["selector"] = Json::object();
  const std::string body = json.dump();
  objects::RolloutPolicy policy = *found;
  policy.status = parsed(objects::read_rollout_policy(body, document_), body).status;
  return policies.write(std::move(policy));
}

overlay::Node size_of(const objects::Node& node) {
  const std::string_view said = node.labels.get(cores);
  overlay::Node size{.name = node.name, .labels = node.labels, .annotations = {}, .allocatable = {}};
  size.allocatable.emplace_back("cpu", overlay::parse_quantity(said.empty() ? "2" : said).value());
  return size;
}

bool is_forced(const kube::Request& request) {
  return request.resource == kube::pods && request.verb == kube::Verb::delete_ &&
         Json::parse(request.body).value("gracePeriodSeconds", 1) == 0;
}

void set_template(objects::DaemonSet& set, objects::PodTemplate pod_template) {
  set.pod_template = std::move(pod_template);
  set.revision_data = objects::revision_data(set.pod_template);
  set.generation += 1;
  set.annotations.set(objects::template_generation_annotation, std::to_string(set.generation));
}

}  // namespace everynode::simulation
