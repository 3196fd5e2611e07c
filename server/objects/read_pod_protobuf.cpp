#include "everynode/objects/objects.hpp"
#include "pod_parts.hpp"

namespace everynode::objects {
namespace {

void read_requirement(codec::Message value, std::vector<NodeSelectorRequirement>& out) {
  NodeSelectorRequirement& requirement = out.emplace_back();
  codec::read_fields(value, codec::text(1, requirement.key), codec::text(2, requirement.op),
                     codec::texts(3, [&](std::string_view one) { requirement.values.push_back(one); }));
}

/// Of each term the requirements about fields: only they say which node a pod is for.
void read_affinity(codec::Message value, Affinity& out) {
  auto& terms = out.node_affinity.emplace().required.emplace().terms.emplace();
  const auto term = [&](codec::Message fields) {
    auto& requirements = terms.emplace_back().match_fields.emplace();
    codec::read_fields(
        fields, codec::message(2, [&](codec::Message requirement) { read_requirement(requirement, requirements); }));
  };
  const auto required = [&](codec::Message selector) { codec::read_fields(selector, codec::message(1, term)); };
  const auto node_affinity = [&](codec::Message affinity) {
    codec::read_fields(affinity, codec::message(1, required));
  };
  codec::read_fields(value, codec::message(1, node_affinity));
}

void read_spec(codec::Message value, DaemonPod& out) {
  std::string_view node_name;
  std::optional<Affinity> affinity;
  codec::read_fields(value, codec::text(10, node_name),
                     codec::message(18, [&](codec::Message found) { read_affinity(found, affinity.emplace()); }));
  take_spec(node_name, affinity, out);
}

void read_condition(codec::Message value, PodStatus& out) {
  PodCondition condition;
  codec::read_fields(value, codec::text(1, condition.type), codec::text(2, condition.status),
                     codec::message(4, [&](codec::Message time) { condition.since = read_time(time); }),
                     codec::text(6, condition.message));
  take_condition(condition, out);
}

void read_container(codec::Message value, PodStatus& out) {
  std::string_view name;
  std::string_view waiting;
  const auto state = [&](codec::Message states) {
    codec::read_fields(
        states, codec::message(1, [&](codec::Message why) { codec::read_fields(why, codec::text(1, waiting)); }));
  };
  codec::read_fields(value, codec::text(1, name), codec::message(2, state));
  take_container(name, waiting, out);
}

void read_status(codec::Message value, PodStatus& out) {
  std::string_view phase;
  const auto container = [&](codec::Message status) { read_container(status, out); };
  codec::read_fields(value, codec::text(1, phase),
                     codec::message(2, [&](codec::Message condition) { read_condition(condition, out); }),
                     codec::text(4, out.reason), codec::message(10, container));
  codec::read_fields(value, codec::message(8, container));  // after the init containers, whose number is greater
  out.phase = phase_of(phase);
}

}  // namespace

ObjectMeta read(codec::Message object, DaemonPod& out) {
  ObjectMetadata metadata;
  PodStatus status;
  codec::read_fields(object, codec::message(1, [&](codec::Message value) { read(value, metadata); }),
                     codec::message(2, [&](codec::Message value) { read_spec(value, out); }),
                     codec::message(3, [&](codec::Message value) { read_status(value, status); }));
  const ObjectMeta identity = require_name(metadata);
  take_rest(std::move(metadata), status, out);
  return identity;
}

std::expected<DaemonPod, std::string> read_daemon_pod_protobuf(std::string_view bytes) {
  DaemonPod pod;
  std::string problem = codec::protobuf_mistake([&] { read(codec::open_envelope(bytes).object, pod); });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return pod;
}

}  // namespace everynode::objects
