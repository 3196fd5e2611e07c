#include "pod_parts.hpp"

#include <utility>

namespace everynode::objects {
namespace {

bool is_usual(std::string_view reason) {
  return reason == "ContainerCreating" || reason == "PodInitializing";
}

/// Requirement 4.6: the first requirement about the name decides, whether it helps or not.
std::string_view pinned_node(const std::optional<Affinity>& affinity) {
  for (const auto& term : required_terms(affinity)) {
    if (!term.match_fields) continue;
    for (const auto& requirement : *term.match_fields) {
      if (requirement.key == metadata_name && requirement.op == "In") return only_node(requirement);
    }
  }
  return {};
}

std::string trouble_of(const PodStatus& status) {
  if (status.ready) return {};
  if (!status.reason.empty()) return std::string(status.reason);
  return status.unschedulable.empty() ? status.waiting : std::string(status.unschedulable);
}

}  // namespace

PodPhase phase_of(std::string_view word) {
  if (word == "Running") return PodPhase::running;
  if (word == "Succeeded") return PodPhase::succeeded;
  return word == "Failed" ? PodPhase::failed : PodPhase::pending;
}

void take_condition(const PodCondition& condition, PodStatus& out) {
  if (condition.type == "Ready") {
    out.ready = condition.status == "True";
    out.ready_since = condition.since;
  }
  if (condition.type == "PodScheduled" && condition.status != "True") out.unschedulable = condition.message;
}

void take_container(std::string_view name, std::string_view waiting, PodStatus& out) {
  // While a pod starts, each of its containers waits; a stuck container explains more than the others.
  const bool stuck = !waiting.empty() && !is_usual(waiting);
  if (waiting.empty() || out.stuck || (!stuck && !out.waiting.empty())) return;
  out.waiting.assign("container ").append(name).append(": ").append(waiting);
  out.stuck = stuck;
}

void take_spec(std::string_view node_name, const std::optional<Affinity>& affinity, DaemonPod& out) {
  out.node_name = node_name;
  out.target_node = node_name.empty() ? SharedText(pinned_node(affinity)) : out.node_name;
}

void take_rest(ObjectMetadata&& metadata, const PodStatus& status, DaemonPod& out) {
  copy_identity(metadata, out);
  out.labels = std::move(metadata.labels);
  out.controller = std::move(metadata.controller);
  out.created = metadata.created;
  out.leaves_by = metadata.leaves_by;
  out.forced = metadata.forced;
  if (metadata.creator != field_manager) out.creator = metadata.creator;
  out.phase = status.phase;
  out.ready = status.ready;
  out.ready_since = status.ready_since;
  out.trouble = trouble_of(status);
  out.stuck = !status.ready && (status.stuck || !status.reason.empty() || !status.unschedulable.empty());
}

}  // namespace everynode::objects
