#include "everynode/core/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::core {
namespace {

using Element = Reader::Element;

/// What is read of the status, in the order in which it explains why a pod is not ready.
struct Status {
  PodPhase phase = PodPhase::pending;
  bool ready = false;
  Time ready_since{};
  std::string_view reason;         ///< of the pod as a whole, e.g. "Evicted"
  std::string_view unschedulable;  ///< the scheduler's message
  std::string waiting;             ///< "container agent: ImagePullBackOff"
  bool stuck = false;              ///< what it waits for is none of what every pod waits for
};

bool is_usual(std::string_view reason) {
  return reason == "ContainerCreating" || reason == "PodInitializing";
}

PodPhase phase_of(std::string_view word) {
  if (word == "Running") return PodPhase::running;
  if (word == "Succeeded") return PodPhase::succeeded;
  return word == "Failed" ? PodPhase::failed : PodPhase::pending;
}

void read_condition(Reader& reader, Element value, Status& out) {
  constexpr std::array<std::string_view, 4> names{"type", "status", "lastTransitionTime", "message"};
  std::array<std::string_view, 4> texts;
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, texts[name]); });
  const auto& [type, status, since, message] = texts;
  if (type == "Ready") {
    out.ready = status == "True";
    out.ready_since = parse_time(since).value_or(Time{});
  }
  if (type == "PodScheduled" && status != "True") out.unschedulable = message;
}

void read_waiting(Reader& reader, Element value, std::string_view& reason) {
  constexpr std::array<std::string_view, 1> state{"waiting"};
  constexpr std::array<std::string_view, 1> waiting{"reason"};
  reader.object(value, state, [&](std::size_t, Element member) {
    reader.object(member, waiting, [&](std::size_t, Element text) { reader.read(text, reason); });
  });
}

void read_container(Reader& reader, Element value, Status& out) {
  constexpr std::array<std::string_view, 2> names{"name", "state"};
  std::string_view container;
  std::string_view reason;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, container);
    read_waiting(reader, member, reason);
  });
  // While a pod starts, each of its containers waits; one that is stuck tells more than the others.
  const bool stuck = !reason.empty() && !is_usual(reason);
  if (reason.empty() || out.stuck || (!stuck && !out.waiting.empty())) return;
  out.waiting.assign("container ").append(container).append(": ").append(reason);
  out.stuck = stuck;
}

void read_status(Reader& reader, Element value, Status& out) {
  constexpr std::array<std::string_view, 5> names{"phase", "conditions", "reason", "initContainerStatuses",
                                                  "containerStatuses"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) {
      std::string_view phase;
      reader.read(member, phase);
      out.phase = phase_of(phase);
    } else if (name == 1) {
      reader.array(member, [&](Element condition) { read_condition(reader, condition, out); });
    } else if (name == 2) {
      reader.read(member, out.reason);
    } else {
      reader.array(member, [&](Element container) { read_container(reader, container, out); });
    }
  });
}

/// daemonset-controller.md 4.6: the first requirement about the name decides, whether it helps or not.
std::string_view pinned_node(const std::optional<Affinity>& affinity) {
  for (const auto& term : required_terms(affinity)) {
    if (!term.match_fields) continue;
    for (const auto& requirement : *term.match_fields) {
      if (requirement.key == metadata_name && requirement.op == "In") return only_node(requirement);
    }
  }
  return {};
}

void read_spec(Reader& reader, Element value, DaemonPod& out) {
  constexpr std::array<std::string_view, 2> names{"nodeName", "affinity"};
  std::optional<Affinity> affinity;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, out.node_name);
    read(reader, member, affinity.emplace());
  });
  out.target_node = out.node_name.empty() ? pinned_node(affinity) : std::string_view(out.node_name);
}

std::string trouble_of(const Status& status) {
  if (status.ready) return {};
  if (!status.reason.empty()) return std::string(status.reason);
  return status.unschedulable.empty() ? status.waiting : std::string(status.unschedulable);
}

}  // namespace

ObjectMeta read(Reader& reader, Element value, DaemonPod& out) {
  constexpr std::array<std::string_view, 3> names{"metadata", "spec", "status"};
  ObjectMetadata metadata;
  Status status;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return read(reader, member, metadata);
    if (name == 1) return read_spec(reader, member, out);
    read_status(reader, member, status);
  });
  require_name(reader, metadata);
  copy_identity(metadata, out);
  out.labels = std::move(metadata.labels);
  out.controller = std::move(metadata.controller);
  out.created = metadata.created;
  out.leaves_by = metadata.leaves_by;
  if (metadata.creator != field_manager) out.creator = std::move(metadata.creator);
  out.phase = status.phase;
  out.ready = status.ready;
  out.ready_since = status.ready_since;
  out.trouble = trouble_of(status);
  out.stuck = !status.ready && (status.stuck || !status.reason.empty() || !status.unschedulable.empty());
  return metadata.identity;
}

std::expected<DaemonPod, std::string> read_daemon_pod(const std::string& json, Document& document) {
  return read_whole<DaemonPod>(json, document);
}

}  // namespace everynode::core
