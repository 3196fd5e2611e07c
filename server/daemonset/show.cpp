#include "everynode/daemonset/show.hpp"

#include <nlohmann/json.hpp>

namespace everynode::daemonset {
namespace {

using Json = nlohmann::ordered_json;

std::string_view word(OwnedKind kind) {
  return kind == OwnedKind::pod ? "Pod" : "ControllerRevision";
}

struct Show {
  Json operator()(const Adopt& action) const {
    return {{"action", "adopt"}, {"kind", word(action.kind)}, {"name", action.name}, {"uid", action.uid}};
  }
  Json operator()(const Release& action) const {
    return {{"action", "release"}, {"kind", word(action.kind)}, {"name", action.name}, {"uid", action.uid}};
  }
  Json operator()(const CreatePod& action) const { return {{"action", "createPod"}, {"node", action.node}}; }
  Json operator()(const DeletePod& action) const {
    return {{"action", "deletePod"},
            {"name", action.name},
            {"uid", action.uid},
            {"node", action.node},
            {"reason", name_of(action.reason)}};
  }
  Json operator()(const RelabelPod& action) const {
    return {{"action", "relabelPod"}, {"name", action.name}, {"uid", action.uid}, {"hash", action.hash}};
  }
  Json operator()(const CreateRevision& action) const {
    return {{"action", "createRevision"}, {"hash", action.hash}, {"revision", action.revision}};
  }
  Json operator()(const ChangeRevision& action) const {
    Json json{{"action", "changeRevision"}, {"name", action.name}};
    if (action.revision) json["revision"] = *action.revision;
    if (action.hash) json["hash"] = *action.hash;
    return json;
  }
  Json operator()(const DeleteRevision& action) const {
    return {{"action", "deleteRevision"}, {"name", action.name}, {"uid", action.uid}};
  }
};

Json show(const objects::Condition& condition) {
  return {{"type", condition.type},
          {"status", condition.status},
          {"lastTransitionTime", condition.last_transition_time},
          {"reason", condition.reason},
          {"message", condition.message}};
}

}  // namespace

Json show(const Action& action) {
  return std::visit(Show{}, action);
}

Json show(const StatusChange& change) {
  const objects::DaemonSetStatus& counters = change.counters;
  Json json{{"currentNumberScheduled", counters.current_number_scheduled},
            {"numberMisscheduled", counters.number_misscheduled},
            {"desiredNumberScheduled", counters.desired_number_scheduled},
            {"numberReady", counters.number_ready},
            {"observedGeneration", counters.observed_generation},
            {"updatedNumberScheduled", counters.updated_number_scheduled},
            {"numberAvailable", counters.number_available},
            {"numberUnavailable", counters.number_unavailable}};
  for (const objects::Condition& condition : change.conditions) json["conditions"].push_back(show(condition));
  return json;
}

}  // namespace everynode::daemonset
