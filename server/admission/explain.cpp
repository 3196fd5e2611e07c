#include "everynode/admission/decide.hpp"
#include "everynode/admission/ownership.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/overlay/amount.hpp"
#include "texts.hpp"

namespace everynode::admission {
namespace {

std::string explain_pin(const Decision& decision) {
  if (!decision.target) return "no node named: not pinned";
  const std::string node =
      std::string(decision.target->node) + " (from " + std::string(name_of(decision.target->source)) + ")";
  if (decision.pin == Pin::nowhere)
    return "not pinned to " + node + ": each term of its required node affinity is empty and matches no node";
  const std::string memory = decision.remembered ? ", and remembered in everynode.dev/node" : "";
  return (decision.pin == Pin::present ? "already pinned to " : "pinned to ") + node + memory;
}

/// The value, and for an amount how it comes about.
std::string explain_setting(const overlay::Setting& setting, const overlay::Contribution& from, const objects::Pod& pod,
                            const overlay::Node* node) {
  std::string text = "  " + place_of(setting, pod) + " = " + setting.json + " by " + from.overlay->name;
  if (setting.amount == nullptr) return text + "\n";
  const std::string how = overlay::arithmetic(*setting.amount, setting.resource, node);
  return text + (how.empty() ? "" : ": " + how) + "\n";
}

std::string explain_overlays(const Request& request, const Decision& decision, const Facts& facts) {
  if (!decision.without_overlays.empty())
    return "overlays:    none: " + codec::printable(decision.without_overlays) + "\n";
  if (!decision.fit) return {};
  const overlay::Fit& fit = *decision.fit;
  const bool known = decision.target && facts.nodes != nullptr;
  const overlay::Node* const node = known ? facts.nodes->find(decision.target->node) : nullptr;
  std::string text = "overlays:    " + (fit.stamp.empty() ? "none" : fit.stamp) + "\n";
  for (const overlay::Contribution& from : fit.contributions) {
    for (const overlay::Setting& setting : from.settings) text += explain_setting(setting, from, request.pod, node);
  }
  for (const overlay::Refusal& refusal : fit.refusals)
    text += "  left out " + refusal.overlay + ": " + refusal.reason + "\n";
  for (const std::string& lowered : fit.lowered) text += "  " + lowered + "\n";
  for (const std::string& tie : fit.ties) text += "  " + tie + "\n";
  return codec::printable_lines(text);
}

std::string explain_operation(const codec::Operation& operation) {
  if (operation.kind == codec::Operation::Kind::move)
    return "  move " + operation.from + " -> " + operation.path + "\n";
  const bool adds = operation.kind == codec::Operation::Kind::add;
  return (adds ? "  add  " : "  replace ") + operation.path + " " + operation.value + "\n";
}

}  // namespace

std::string taint_keys(const objects::Tolerations& tolerations) {
  std::string keys;
  for (const objects::Toleration& toleration : tolerations) {
    if (!keys.empty()) keys += ',';
    keys += toleration.key.empty() ? std::string_view("*") : toleration.key;
  }
  return keys;
}

std::string pod_name(const objects::PodMetadata& metadata) {
  const std::string name(metadata.name.empty() ? metadata.generate_name : metadata.name);
  return metadata.namespace_.empty() ? name : std::string(metadata.namespace_) + "/" + name;
}

std::string owner_name(const objects::PodMetadata& metadata) {
  const objects::OwnerReference* owner = controller_of(metadata);
  if (owner == nullptr) return "no controller";
  return std::string(codec::clipped(owner->kind)) + " " + std::string(codec::clipped(owner->name));
}

std::string explain(const Request& request, const Decision& decision, const Facts& facts) {
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
  text += explain_overlays(request, decision, facts);
  for (const codec::Operation& operation : decision.patch) text += explain_operation(operation);
  if (!decision.fit) return text;
  for (const codec::Operation& operation : decision.fit->patch) text += explain_operation(operation);
  return text;
}

}  // namespace everynode::admission
