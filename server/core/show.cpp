#include "everynode/core/show.hpp"

#include <nlohmann/json.hpp>

namespace everynode::core {
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

}  // namespace

Json show(const Action& action) {
  return std::visit(Show{}, action);
}

Json show(const DaemonSetStatus& status) {
  return {{"currentNumberScheduled", status.current_number_scheduled},
          {"numberMisscheduled", status.number_misscheduled},
          {"desiredNumberScheduled", status.desired_number_scheduled},
          {"numberReady", status.number_ready},
          {"observedGeneration", status.observed_generation},
          {"updatedNumberScheduled", status.updated_number_scheduled},
          {"numberAvailable", status.number_available},
          {"numberUnavailable", status.number_unavailable}};
}

}  // namespace everynode::core
