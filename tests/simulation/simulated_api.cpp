#include "simulated_api.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "everynode/core/objects.hpp"

namespace everynode::simulation {
namespace {

template <class T>
T parsed(std::expected<T, std::string> read, const std::string& body) {
  if (!read) throw std::runtime_error("the API server cannot read " + body + ": " + read.error());
  return std::move(*read);
}

std::int64_t number_of(const nlohmann::json& status, const char* name) {
  return status.at(name).get<std::int64_t>();
}

/// Conditions merge by their type.
void put(std::vector<core::Condition>& conditions, const nlohmann::json& wanted) {
  const std::string type = wanted.at("type");
  std::erase_if(conditions, [&](const core::Condition& one) { return one.type == type; });
  if (wanted.contains("$patch")) return;
  conditions.push_back({.type = type,
                        .status = wanted.at("status"),
                        .reason = wanted.at("reason"),
                        .message = wanted.at("message"),
                        .last_transition_time = wanted.at("lastTransitionTime")});
}

}  // namespace

Answer<core::DaemonPod> SimulatedApi::create_pod(const std::string& body, core::Time now) {
  core::DaemonPod pod = parsed(core::read_daemon_pod(body, document_), body);
  if (pods.find(pod.name) != nullptr) return {.code = 409, .object = {}};
  pod.namespace_ = "default";
  pod.uid = new_uid();
  pod.created = std::chrono::floor<std::chrono::seconds>(now);
  if (on_create) on_create(pod);
  return {.code = 201, .object = pods.write(std::move(pod))};
}

Answer<core::DaemonPod> SimulatedApi::delete_pod(std::string_view name, std::string_view uid) {
  const core::DaemonPod* found = pods.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  if (found->uid != uid) return {.code = 409, .object = {}};
  core::DaemonPod pod = *found;
  const bool at_once = pod.node_name.empty() || pod.is_over();
  if (at_once && pod.labels.find(finalizer) == nullptr) {
    pods.erase(name);
    return {.code = 200, .object = std::move(pod)};
  }
  if (pod.terminating) return {.code = 200, .object = std::move(pod)};
  pod.terminating = true;
  return {.code = 200, .object = pods.write(std::move(pod))};
}

Answer<core::DaemonPod> SimulatedApi::relabel_pod(std::string_view name, std::string_view uid, std::string_view hash) {
  const core::DaemonPod* found = pods.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  if (found->uid != uid) return {.code = 422, .object = {}};
  core::DaemonPod pod = *found;
  pod.labels.set(core::revision_hash_label, hash);
  return {.code = 200, .object = pods.write(std::move(pod))};
}

Answer<core::ControllerRevision> SimulatedApi::create_revision(const std::string& body) {
  core::ControllerRevision revision = parsed(core::read_controller_revision(body, document_), body);
  if (revisions.find(revision.name) != nullptr) return {.code = 409, .object = {}};
  revision.uid = new_uid();
  return {.code = 201, .object = revisions.write(std::move(revision))};
}

Answer<core::ControllerRevision> SimulatedApi::delete_revision(std::string_view name, std::string_view uid) {
  const core::ControllerRevision* found = revisions.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  if (found->uid != uid) return {.code = 409, .object = {}};
  core::ControllerRevision revision = *found;
  revisions.erase(name);
  return {.code = 200, .object = std::move(revision)};
}

Answer<core::ControllerRevision> SimulatedApi::change_revision(std::string_view name, std::string_view version,
                                                               std::optional<std::int64_t> number,
                                                               const std::optional<std::string>& hash) {
  const core::ControllerRevision* found = revisions.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  if (found->resource_version != version) return {.code = 409, .object = {}};
  core::ControllerRevision revision = *found;
  if (number) revision.revision = *number;
  if (hash) revision.labels.set(core::revision_hash_label, *hash);
  return {.code = 200, .object = revisions.write(std::move(revision))};
}

Answer<core::DaemonSet> SimulatedApi::patch_status(std::string_view name, std::string_view patch) {
  const core::DaemonSet* found = daemon_sets.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  const auto json = nlohmann::json::parse(patch);
  if (json.at("metadata").at("resourceVersion") != found->resource_version) return {.code = 409, .object = {}};
  const auto& status = json.at("status");
  core::DaemonSet set = *found;
  set.status = {.current_number_scheduled = number_of(status, "currentNumberScheduled"),
                .number_misscheduled = number_of(status, "numberMisscheduled"),
                .desired_number_scheduled = number_of(status, "desiredNumberScheduled"),
                .number_ready = number_of(status, "numberReady"),
                .observed_generation = number_of(status, "observedGeneration"),
                .updated_number_scheduled = number_of(status, "updatedNumberScheduled"),
                .number_available = number_of(status, "numberAvailable"),
                .number_unavailable = number_of(status, "numberUnavailable")};
  for (const auto& condition : status.value("conditions", nlohmann::json::array())) put(set.conditions, condition);
  return {.code = 200, .object = daemon_sets.write(std::move(set))};
}

Answer<core::DaemonSet> SimulatedApi::set_collision_count(std::string_view name, std::string_view version,
                                                          std::int64_t count) {
  const core::DaemonSet* found = daemon_sets.find(name);
  if (found == nullptr) return {.code = 404, .object = {}};
  if (found->resource_version != version) return {.code = 409, .object = {}};
  core::DaemonSet set = *found;
  set.collision_count = count;
  return {.code = 200, .object = daemon_sets.write(std::move(set))};
}

}  // namespace everynode::simulation
