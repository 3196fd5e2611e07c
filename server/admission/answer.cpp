#include "everynode/admission/decide.hpp"
#include "everynode/admission/ownership.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/objects/validation.hpp"

namespace everynode::admission {
namespace {

std::string taint_keys(const objects::Tolerations& tolerations) {
  std::string keys;
  for (const objects::Toleration& toleration : tolerations) {
    if (!keys.empty()) keys += ',';
    keys += toleration.key.empty() ? std::string_view("*") : toleration.key;
  }
  return keys;
}

/// A name by which a user finds the pod: a pod with a generateName has no name yet.
std::string pod_name(const objects::PodMetadata& metadata) {
  const std::string name(metadata.name.empty() ? metadata.generate_name : metadata.name);
  return metadata.namespace_.empty() ? name : std::string(metadata.namespace_) + "/" + name;
}

std::string owner_name(const objects::PodMetadata& metadata) {
  const objects::OwnerReference* owner = controller_of(metadata);
  if (owner == nullptr) return "no controller";
  return std::string(codec::clipped(owner->kind)) + " " + std::string(codec::clipped(owner->name));
}

std::string explain_pin(const Decision& decision) {
  if (!decision.target) return "no node named: not pinned";
  const std::string node =
      std::string(decision.target->node) + " (from " + std::string(name_of(decision.target->source)) + ")";
  if (decision.pin == Pin::nowhere)
    return "not pinned to " + node + ": each term of its required node affinity is empty and matches no node";
  const std::string memory = decision.remembered ? ", and remembered in everynode.dev/node" : "";
  return (decision.pin == Pin::present ? "already pinned to " : "pinned to ") + node + memory;
}

/// All warnings go through here: the API server silently drops a warning with a control character in it.
void warn(std::string_view text, std::vector<std::string>& warnings) {
  warnings.push_back(codec::printable(text));
}

void warn_of_annotation(const objects::PodMetadata& metadata, std::vector<std::string>& warnings) {
  if (!metadata.annotations || metadata.annotations->target_node.empty()) return;
  const std::string_view written = metadata.annotations->target_node;
  const std::string_view named = annotated_node(metadata);
  const std::string what =
      "everynode: annotation everynode.dev/node: \"" + std::string(codec::clipped(written)) + "\" ";
  if (named.empty()) return warn(what + "is white space, no node name", warnings);
  if (!objects::is_subdomain(named)) return warn(what + "is no node name", warnings);
  if (named.size() < written.size()) {
    warn(what + "has white space around the name; it counts as \"" + std::string(named) + "\"", warnings);
  }
}

}  // namespace

Response answer(const Request& request, const Decision& decision) {
  Response response{.uid = request.uid, .patch = decision.patch_json, .audit_annotations = {}, .warnings = {}};
  if (decision.result == Result::skipped) return response;
  if (decision.result == Result::failed) {
    warn("everynode left this pod as it is: " + decision.detail, response.warnings);
    response.audit_annotations.emplace_back("failed", name_of(decision.reason));
    return response;
  }
  response.audit_annotations.reserve(4);
  warn_of_annotation(request.pod.metadata, response.warnings);
  if (decision.target) {
    response.audit_annotations.emplace_back("node", decision.target->node);
    response.audit_annotations.emplace_back("node-from", name_of(decision.target->source));
  } else {
    warn("everynode: pod of " + owner_name(request.pod.metadata) +
             " names no node, so it is not pinned; name one in the annotation everynode.dev/node",
         response.warnings);
  }
  if (decision.pin == Pin::nowhere) {
    response.warnings.emplace_back(
        "everynode: each term of the required node affinity is empty and matches no node: the pod cannot be scheduled");
  }
  response.audit_annotations.emplace_back("pin", name_of(decision.pin));
  if (!decision.tolerations.empty()) {
    response.audit_annotations.emplace_back("tolerations", taint_keys(decision.tolerations));
  }
  return response;
}

std::string explain(const Request& request, const Decision& decision) {
  std::string text;
  if (request.unreadable.empty()) {
    text += "pod:         " + codec::printable(pod_name(request.pod.metadata)) + " of " +
            codec::printable(owner_name(request.pod.metadata)) + "\n";
  }
  text +=
      "result:      " + std::string(name_of(decision.result)) + " (" + std::string(name_of(decision.reason)) + ")\n";
  if (!decision.detail.empty()) text += "detail:      " + codec::printable(decision.detail) + "\n";
  if (decision.result != Result::patched && decision.result != Result::unchanged) return text;
  text += "node:        " + explain_pin(decision) + "\n";
  text +=
      "tolerations: " + (decision.tolerations.empty() ? "none missing" : "added " + taint_keys(decision.tolerations)) +
      "\n";
  for (const Operation& operation : decision.patch) {
    text += operation.from.empty() ? "  add  " + operation.path + " " + operation.value + "\n"
                                   : "  move " + operation.from + " -> " + operation.path + "\n";
  }
  return text;
}

std::string_view name_of(Result result) {
  switch (result) {
    case Result::patched:
      return "patched";
    case Result::unchanged:
      return "unchanged";
    case Result::skipped:
      return "skipped";
    case Result::failed:
      return "failed";
  }
  return "";
}

std::string_view name_of(Reason reason) {
  switch (reason) {
    case Reason::target_found:
      return "target_found";
    case Reason::no_target:
      return "no_target";
    case Reason::not_pod_creation:
      return "not_pod_creation";
    case Reason::mirror_pod:
      return "mirror_pod";
    case Reason::no_daemon_set:
      return "no_daemon_set";
    case Reason::unreadable_pod:
      return "unreadable_pod";
    case Reason::too_large:
      return "too_large";
    case Reason::patch_refused:
      return "patch_refused";
  }
  return "";
}

std::string_view name_of(Pin pin) {
  switch (pin) {
    case Pin::none:
      return "none";
    case Pin::present:
      return "present";
    case Pin::added:
      return "added";
    case Pin::nowhere:
      return "nowhere";
  }
  return "";
}

}  // namespace everynode::admission
