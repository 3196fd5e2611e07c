#include "everynode/daemonset/action.hpp"

#include <nlohmann/json.hpp>

namespace everynode::daemonset {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(OwnedKind kind) {
  return kind == OwnedKind::pod ? "Pod" : "ControllerRevision";
}

std::string_view word(OwnedKind kind) {
  return kind == OwnedKind::pod ? "pod " : "revision ";
}

struct ToText {
  std::string operator()(const Adopt& action) const { return "adopt " + std::string(word(action.kind)) + action.name; }
  std::string operator()(const Release& action) const {
    return "release " + std::string(word(action.kind)) + action.name;
  }
  std::string operator()(const CreatePod& action) const { return "create a pod for node " + action.node; }
  std::string operator()(const DeletePod& action) const {
    return "delete pod " + action.name + " of node " + action.node + ": " + std::string(name_of(action.reason)) +
           (action.force ? ", without grace" : "");
  }
  std::string operator()(const RelabelPod& action) const {
    return "label pod " + action.name + " with hash " + action.hash;
  }
  std::string operator()(const CreateRevision& action) const {
    return "create revision " + std::to_string(action.revision) + " with hash " + action.hash;
  }
  std::string operator()(const ChangeRevision& action) const {
    return "change revision " + action.name +
           (action.revision ? ", number " + std::to_string(*action.revision) : std::string{}) +
           (action.hash ? ", hash " + *action.hash : std::string{});
  }
  std::string operator()(const DeleteRevision& action) const { return "delete revision " + action.name; }
  std::string operator()(const RestoreTemplate& action) const { return "put back the template of " + action.revision; }
};

struct ToJson {
  Json operator()(const Adopt& action) const {
    return {{"action", "adopt"}, {"kind", name_of(action.kind)}, {"name", action.name}, {"uid", action.uid}};
  }
  Json operator()(const Release& action) const {
    return {{"action", "release"}, {"kind", name_of(action.kind)}, {"name", action.name}, {"uid", action.uid}};
  }
  Json operator()(const CreatePod& action) const { return {{"action", "createPod"}, {"node", action.node}}; }
  Json operator()(const DeletePod& action) const {
    Json json{{"action", "deletePod"},
              {"name", action.name},
              {"uid", action.uid},
              {"node", action.node},
              {"reason", name_of(action.reason)}};
    if (action.force) json["force"] = true;
    return json;
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
  Json operator()(const RestoreTemplate& action) const {
    return {{"action", "restoreTemplate"}, {"revision", action.revision}};
  }
};

struct ToObject {
  std::string operator()(const CreatePod& action) const { return object_of_node(action.node); }
  std::string operator()(const CreateRevision& action) const { return "revision " + action.hash; }
  std::string operator()(const ChangeRevision& action) const { return "revision " + action.name; }
  std::string operator()(const RestoreTemplate& action) const { return "template of " + action.revision; }
  std::string operator()(const auto& action) const { return action.uid; }
};

}  // namespace

std::string_view name_of(DeleteReason reason) {
  switch (reason) {
    case DeleteReason::not_eligible:
      return "not eligible";
    case DeleteReason::duplicate:
      return "duplicate";
    case DeleteReason::failed:
      return "failed";
    case DeleteReason::succeeded:
      return "succeeded";
    case DeleteReason::node_is_gone:
      return "node is gone";
    case DeleteReason::outdated:
      return "outdated";
    case DeleteReason::surge_is_over:
      return "surge is over";
  }
  return "";
}

std::string object_of(const Action& action) {
  return std::visit(ToObject{}, action);
}

std::string object_of_node(std::string_view node) {
  return "node " + std::string(node);
}

std::string to_text(const Action& action) {
  return std::visit(ToText{}, action);
}

Json to_json(const Action& action) {
  return std::visit(ToJson{}, action);
}

}  // namespace everynode::daemonset
