#include "everynode/admission/decide.hpp"

#include <iterator>
#include <utility>

#include "apply.hpp"
#include "everynode/objects/encode.hpp"
#include "limits.hpp"
#include "pinning.hpp"

namespace everynode::admission {

using codec::Operation;
using codec::Patch;

namespace {

std::optional<Reason> not_ours(const Policy& policy, const Request& request) {
  const bool creates_pod = request.operation == "CREATE" && request.group.empty() && request.resource == "pods" &&
                           request.sub_resource.empty();
  if (!creates_pod) return Reason::not_pod_creation;
  const bool readable = request.unreadable.empty();
  if (!readable && !request.too_large) return std::nullopt;  // unreadable: we should report it
  const objects::PodMetadata& metadata = request.pod.metadata;
  if (metadata.annotations && metadata.annotations->mirror) return Reason::mirror_pod;
  const objects::OwnerReference* controller = controller_of(metadata);
  if (controller == nullptr || !is_daemon_set(*controller, policy.owner_kinds)) return Reason::no_daemon_set;
  return std::nullopt;
}

void append_tolerations(const objects::PodSpec& spec, const objects::Tolerations& added, Patch& patch) {
  if (added.empty()) return;
  if (!spec.tolerations) {
    patch.push_back(Operation::add("/spec/tolerations", to_json(added)));
    return;
  }
  for (const objects::Toleration& toleration : added) {
    patch.push_back(Operation::add("/spec/tolerations/-", to_json(toleration)));
  }
}

void append(Patch&& operations, Patch& patch) {
  patch.insert(patch.end(), std::make_move_iterator(operations.begin()), std::make_move_iterator(operations.end()));
}

/// Null if nothing is known of the pod's node.
const overlay::Node* known_node(const Decision& decision, const Facts& facts) {
  if (!decision.target) return nullptr;
  const std::string_view name = decision.target->node;
  const overlay::Node* const known = facts.nodes != nullptr ? facts.nodes->find(name) : nullptr;
  if (known != nullptr) return known;
  return facts.fetched != nullptr && facts.fetched->name == name ? facts.fetched : nullptr;
}

/// Whether the API server refused the pod with just these overlays, so that the reconciler creates it without them.
bool was_refused_with(const overlay::Fit& fit, const objects::Pod& pod) {
  return !fit.stamp.empty() && pod.metadata.annotations && pod.metadata.annotations->refused_overlays == fit.stamp;
}

std::shared_ptr<const Fitting> fitting_of(const Facts& facts, const objects::Pod& pod, const overlay::Node* node,
                                          codec::Document& scratch) {
  if (facts.memo != nullptr) return facts.memo->fit(*facts.overlays, pod, node, scratch);
  return std::make_shared<const Fitting>(fit_checked(*facts.overlays, pod, node, scratch));
}

/// What the pod lacks; the patch is not checked yet.
Decision propose(const Policy& policy, const objects::Pod& pod) {
  Decision decision;
  decision.target = target_of(pod);
  decision.reason = decision.target ? Reason::target_found : Reason::no_target;
  if (decision.target) {
    decision.patch = pin(pod.spec, decision.target->node, most_operations);
    decision.pin = decision.patch.empty() ? Pin::present : Pin::added;
    if (matches_no_node(pod.spec)) decision.pin = Pin::nowhere;
    Patch memory = remember(pod.metadata, *decision.target);
    decision.remembered = !memory.empty();
    append(std::move(memory), decision.patch);
  }
  const objects::Tolerations wanted = wanted_tolerations(policy, pod.spec.host_network);
  static const objects::Tolerations none;
  decision.tolerations = objects::missing(pod.spec.tolerations ? *pod.spec.tolerations : none, wanted);
  append_tolerations(pod.spec, decision.tolerations, decision.patch);
  return decision;
}

/// Fits the pod to its node, if its namespace has overlays. Null: it stays as it is. A pod that says that it has some
/// goes on to say so, as nothing is taken out of it again.
std::shared_ptr<const Fitting> fit_to_node(const Facts& facts, const objects::Pod& pod, codec::Document& scratch,
                                           Decision& decision) {
  if (facts.overlays == nullptr || facts.overlays->of(pod.metadata.namespace_).empty()) return nullptr;
  auto fitting = fitting_of(facts, pod, known_node(decision, facts), scratch);
  if (was_refused_with(fitting->fit, pod)) {
    decision.without_overlays = "the API server refused it with them";
    return nullptr;
  }
  append(stamp(pod.metadata, fitting->fit.stamp, decision.remembered), decision.patch);
  decision.fit = std::shared_ptr<const overlay::Fit>(fitting, &fitting->fit);
  return fitting;
}

std::string_view node_of(const Decision& decision) {
  return decision.target ? decision.target->node : std::string_view{};
}

/// The parts of a pod that pinning, tolerations and stamps are about. What fits it to its node changes the others.
objects::Pod placement_of(const objects::Pod& pod) {
  objects::Pod out;
  out.metadata = pod.metadata;
  out.spec.node_name = pod.spec.node_name;
  out.spec.host_network = pod.spec.host_network;
  out.spec.affinity = pod.spec.affinity;
  out.spec.tolerations = pod.spec.tolerations;
  return out;
}

/// Refuses a patch that must not be sent. The API server refuses a pod whose patch does not apply, even though the
/// webhook fails open (requirement A7).
std::expected<void, std::string> check_placement(const Policy& policy, const objects::Pod& pod,
                                                 const std::string& patch, const Decision& decision,
                                                 codec::Document& scratch) {
  if (patch.empty()) return {};
  const auto patched = apply(patch, placement_of(pod), scratch);
  if (!patched) return std::unexpected(patched.error().text());
  Decision again = propose(policy, *patched);
  if (decision.fit) append(stamp(patched->metadata, decision.fit->stamp, false), again.patch);
  if (!again.patch.empty()) return std::unexpected("the patched pod would be patched again: " + to_json(again.patch));
  if (node_of(again) != node_of(decision)) return std::unexpected("the patched pod has another node");
  return {};
}

/// Two patches, each a JSON array, become one. White space between them lets the second begin at a multiple of three
/// bytes, as it does in `patch_base64`.
void append(const Fitting& fitting, Decision& decision) {
  std::string& whole = decision.patch_json;
  if (fitting.patch_json.empty()) return;
  if (whole.empty()) {
    whole = fitting.patch_json;
    return;
  }
  whole.back() = ',';
  while (whole.size() % 3 != 0) whole += ' ';
  whole.append(fitting.patch_json, 1);
  decision.encoded_end = fitting.patch_base64;
}

/// Refuses a patch that could make a pod that fits too large, or need unlimited memory: we leave the pod alone.
std::expected<void, std::string> check_size(const Request& request, const Decision& decision) {
  if (decision.operations() > most_operations) {
    return std::unexpected("to pin it takes more than " + std::to_string(most_operations) +
                           " changes of its node affinity");
  }
  const std::size_t added = added_by(decision.patch) + (decision.fit ? added_by(decision.fit->patch) : 0);
  if (request.bytes + added <= most_bytes) return {};
  return std::unexpected("it has about " + std::to_string(request.bytes) + " bytes; with " + std::to_string(added) +
                         " more it might be too large to be stored");
}

Decision failed(Reason reason, std::string detail) {
  Decision decision;
  decision.result = Result::failed;
  decision.reason = reason;
  decision.detail = std::move(detail);
  return decision;
}

/// The two parts of a patch are checked apart, as neither reads what the other one changes.
Decision decide_checked(const Policy& policy, const Facts& facts, const Request& request, codec::Document& scratch) {
  Decision decision = propose(policy, request.pod);
  const auto fitting = fit_to_node(facts, request.pod, scratch, decision);
  if (fitting && !fitting->problem.empty()) return failed(Reason::patch_refused, fitting->problem);
  std::string placement = decision.patch.empty() ? std::string() : to_json(decision.patch);
  decision.result = decision.operations() == 0 ? Result::unchanged : Result::patched;
  if (decision.result == Result::unchanged) return decision;
  if (auto size = check_size(request, decision); !size) return failed(Reason::too_large, std::move(size.error()));
  if (auto applies = check_placement(policy, request.pod, placement, decision, scratch); !applies)
    return failed(Reason::patch_refused, std::move(applies.error()));
  decision.patch_json = std::move(placement);
  if (fitting) append(*fitting, decision);
  return decision;
}

}  // namespace

objects::PodParts parts_for(const Facts& facts) {
  if (facts.overlays == nullptr) return objects::PodParts::placement;
  return facts.memo != nullptr ? objects::PodParts::texts : objects::PodParts::all;
}

std::string_view Decision::lacking_node() const {
  return fit && fit->lacks_node && target ? target->node : std::string_view{};
}

Decision decide(const Policy& policy, const Request& request, codec::Document& scratch, const Facts& facts) {
  if (const auto reason = not_ours(policy, request)) {
    Decision skipped;
    skipped.reason = *reason;
    return skipped;
  }
  if (request.too_large) return failed(Reason::too_large, request.unreadable);
  if (!request.unreadable.empty()) return failed(Reason::unreadable_pod, request.unreadable);
  Decision decision = decide_checked(policy, facts, request, scratch);
  if (decision.result != Result::failed || facts.overlays == nullptr) return decision;
  std::string why = std::move(decision.detail);
  decision = decide_checked(policy, {}, request, scratch);
  decision.without_overlays = std::move(why);
  return decision;
}

}  // namespace everynode::admission
