#include "everynode/admission/decide.hpp"
#include "everynode/admission/ownership.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/objects/validation.hpp"
#include "texts.hpp"

namespace everynode::admission {
namespace {

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

void answer_overlays(const Decision& decision, Response& response) {
  if (!decision.without_overlays.empty())
    warn("everynode left the overlays out of this pod: " + decision.without_overlays, response.warnings);
  if (!decision.fit) return;
  std::string refused;
  for (const overlay::Refusal& refusal : decision.fit->refusals) {
    warn("everynode: overlay " + refusal.overlay + " is not in this pod: " + refusal.reason, response.warnings);
    refused += (refused.empty() ? "" : ",") + refusal.overlay;
  }
  for (const std::string& lowered : decision.fit->lowered) warn("everynode: " + lowered, response.warnings);
  for (const std::string& tie : decision.fit->ties) warn("everynode: " + tie, response.warnings);
  if (!decision.fit->stamp.empty()) response.audit_annotations.emplace_back("overlays", decision.fit->stamp);
  if (!refused.empty()) response.audit_annotations.emplace_back("overlays-refused", std::move(refused));
}

}  // namespace

Response answer(const Request& request, const Decision& decision) {
  Response response{.uid = request.uid,
                    .patch = decision.patch_json,
                    .encoded_end = decision.encoded_end,
                    .audit_annotations = {},
                    .warnings = {}};
  if (decision.result == Result::skipped) return response;
  if (decision.result == Result::failed) {
    warn("everynode left this pod as it is: " + decision.detail, response.warnings);
    response.audit_annotations.emplace_back("failed", name_of(decision.reason));
    return response;
  }
  response.audit_annotations.reserve(6);
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
  answer_overlays(decision, response);
  return response;
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
