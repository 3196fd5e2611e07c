#include "everynode/admission/decide.hpp"

#include <iterator>
#include <utility>

#include "apply.hpp"
#include "everynode/objects/encode.hpp"
#include "pinning.hpp"

namespace everynode::admission {

using codec::Operation;
using codec::Patch;

namespace {

/// No pod of a DaemonSet has a tenth of this many terms. A patch has a few operations for each term, and needs memory
/// for them.
constexpr std::size_t most_operations = 1000;

/// etcd's default limit (--max-request-bytes), minus the rest of such a request and what the API server adds to a pod
/// after us. JSON is longer than the protobuf that etcd stores, so a pod below this limit surely fits.
constexpr std::size_t most_bytes = 1536 * 1024 - 16 * 1024;

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

/// Fits the pod to its node, if its namespace has overlays. A pod that says that it has some, and has none now, says so
/// no longer.
void fit_to_node(const Facts& facts, const objects::Pod& pod, Decision& decision) {
  if (facts.overlays == nullptr || facts.overlays->of(pod.metadata.namespace_).empty()) return;
  overlay::Fit fit = overlay::fit(*facts.overlays, pod, known_node(decision, facts));
  if (was_refused_with(fit, pod)) {
    decision.without_overlays = "the API server refused it with them";
    return;
  }
  append(Patch(fit.patch), decision.patch);
  append(stamp(pod.metadata, fit.stamp, decision.remembered), decision.patch);
  decision.fit = std::move(fit);
}

/// What the pod lacks; the patch is not checked yet.
Decision propose(const Policy& policy, const objects::Pod& pod, const Facts& facts) {
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
  fit_to_node(facts, pod, decision);
  decision.result = decision.patch.empty() ? Result::unchanged : Result::patched;
  return decision;
}

std::string_view node_of(const Decision& decision) {
  return decision.target ? decision.target->node : std::string_view{};
}

/// Refuses a patch that must not be sent. The API server refuses a pod whose patch does not apply, even though the
/// webhook fails open (requirement A7).
std::expected<void, std::string> check_patch(const Policy& policy, const Facts& facts, const objects::Pod& pod,
                                             const Decision& decision, codec::Document& scratch) {
  const auto patched = apply(decision.patch_json, pod, scratch);
  if (!patched) return std::unexpected(patched.error().text());
  const Decision again = propose(policy, *patched, facts);
  if (!again.patch.empty()) return std::unexpected("the patched pod would be patched again: " + to_json(again.patch));
  if (node_of(again) != node_of(decision)) return std::unexpected("the patched pod has another node");
  return {};
}

/// How many bytes the patch adds to the pod.
std::size_t added_by(const Patch& patch) {
  std::size_t bytes = 0;
  for (const Operation& operation : patch) bytes += operation.value.size() + 1;
  return bytes;
}

/// Refuses a patch that could make a pod that fits too large, or need unlimited memory: we leave the pod alone.
std::expected<void, std::string> check_size(const Request& request, const Patch& patch) {
  if (patch.size() > most_operations) {
    return std::unexpected("to pin it takes more than " + std::to_string(most_operations) +
                           " changes of its node affinity");
  }
  const std::size_t added = added_by(patch);
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

Decision decide_checked(const Policy& policy, const Facts& facts, const Request& request, codec::Document& scratch) {
  Decision decision = propose(policy, request.pod, facts);
  if (decision.result != Result::patched) return decision;
  if (auto size = check_size(request, decision.patch); !size) return failed(Reason::too_large, std::move(size.error()));
  decision.patch_json = to_json(decision.patch);
  if (auto applies = check_patch(policy, facts, request.pod, decision, scratch); !applies)
    return failed(Reason::patch_refused, std::move(applies.error()));
  return decision;
}

}  // namespace

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
