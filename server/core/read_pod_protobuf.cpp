#include "everynode/core/objects.hpp"
#include "pod_parts.hpp"

namespace everynode::core {
namespace {

void read_requirement(Message value, std::vector<NodeSelectorRequirement>& out) {
  NodeSelectorRequirement& requirement = out.emplace_back();
  read_fields(value, text(1, requirement.key), text(2, requirement.op),
              texts(3, [&](std::string_view one) { requirement.values.push_back(one); }));
}

/// Of each term the requirements about fields: only they say which node a pod is for.
void read_affinity(Message value, Affinity& out) {
  auto& terms = out.node_affinity.emplace().required.emplace().terms.emplace();
  const auto term = [&](Message fields) {
    auto& requirements = terms.emplace_back().match_fields.emplace();
    read_fields(fields, message(2, [&](Message requirement) { read_requirement(requirement, requirements); }));
  };
  const auto required = [&](Message selector) { read_fields(selector, message(1, term)); };
  const auto node_affinity = [&](Message affinity) { read_fields(affinity, message(1, required)); };
  read_fields(value, message(1, node_affinity));
}

void read_spec(Message value, DaemonPod& out) {
  std::string_view node_name;
  std::optional<Affinity> affinity;
  read_fields(value, text(10, node_name),
              message(18, [&](Message found) { read_affinity(found, affinity.emplace()); }));
  take_spec(node_name, affinity, out);
}

void read_condition(Message value, PodStatus& out) {
  PodCondition condition;
  read_fields(value, text(1, condition.type), text(2, condition.status),
              message(4, [&](Message time) { condition.since = read_time(time); }), text(6, condition.message));
  take_condition(condition, out);
}

void read_container(Message value, PodStatus& out) {
  std::string_view name;
  std::string_view waiting;
  const auto state = [&](Message states) {
    read_fields(states, message(1, [&](Message why) { read_fields(why, text(1, waiting)); }));
  };
  read_fields(value, text(1, name), message(2, state));
  take_container(name, waiting, out);
}

void read_status(Message value, PodStatus& out) {
  std::string_view phase;
  const auto container = [&](Message status) { read_container(status, out); };
  read_fields(value, text(1, phase), message(2, [&](Message condition) { read_condition(condition, out); }),
              text(4, out.reason), message(10, container));
  read_fields(value, message(8, container));  // after the init containers, whose number is greater
  out.phase = phase_of(phase);
}

}  // namespace

ObjectMeta read(Message object, DaemonPod& out) {
  ObjectMetadata metadata;
  PodStatus status;
  read_fields(object, message(1, [&](Message value) { read(value, metadata); }),
              message(2, [&](Message value) { read_spec(value, out); }),
              message(3, [&](Message value) { read_status(value, status); }));
  const ObjectMeta identity = require_name(metadata);
  take_rest(std::move(metadata), status, out);
  return identity;
}

std::expected<DaemonPod, std::string> read_daemon_pod_protobuf(std::string_view bytes) {
  DaemonPod pod;
  std::string problem = protobuf_mistake([&] { read(open_envelope(bytes).object, pod); });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return pod;
}

}  // namespace everynode::core
