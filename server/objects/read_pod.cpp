#include <utility>
#include <vector>

#include "everynode/objects/objects.hpp"
#include "pod_parts.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;
using codec::Message;
using codec::read_fields;

template <class Value>
void read_condition(Value value, PodStatus& out) {
  PodCondition condition;
  read_fields(value, field<"type", 1>(condition.type), field<"status", 2>(condition.status),
              codec::visit<"lastTransitionTime", 4>([&](Value time) { read_time(time, condition.since); }),
              field<"message", 6>(condition.message));
  take_condition(condition, out);
}

template <class Value>
void read_container(Value value, PodStatus& out) {
  std::string_view name;
  std::string_view reason;
  const auto read_state = [&](Value state) {
    const auto read_waiting = [&](Value waiting) { read_fields(waiting, field<"reason", 1>(reason)); };
    read_fields(state, codec::visit<"waiting", 1>(read_waiting));
  };
  read_fields(value, field<"name", 1>(name), codec::visit<"state", 2>(read_state));
  take_container(name, reason, out);
}

template <class Value>
void read_status(Value value, PodStatus& out) {
  std::string_view phase;
  const auto read_one = [&](Value container) { read_container(container, out); };
  const auto read_rest = [&](const auto&... more) {
    read_fields(value, field<"phase", 1>(phase),
                codec::visit_each<"conditions", 2>([&](Value condition) { read_condition(condition, out); }),
                field<"reason", 4>(out.reason), codec::visit_each<"containerStatuses", 8>(read_one), more...);
  };
  const auto init_containers = codec::visit_each<"initContainerStatuses", 10>(read_one);
  if constexpr (std::is_same_v<Value, Message>) {
    read_fields(value, init_containers);  // they come last in protobuf, but first in JSON
    read_rest();
  } else {
    read_rest(init_containers);
  }
  out.phase = phase_of(phase);
}

template <class Value, class... More>
void read_spec(Value value, DaemonPod& out, const More&... more) {
  std::string_view node_name;
  std::optional<Affinity> affinity;
  read_fields(value, field<"nodeName", 10>(node_name), field<"affinity", 18>(affinity), more...);
  take_spec(node_name, affinity, out);
}

void read_amounts(JsonValue value, AdmittedContainer::Amounts& out) {
  codec::visit_members(value, [&](std::string_view name, JsonValue amount) {
    AmountText text;
    read(amount, text);
    out.emplace_back(name, text.text);
  });
}

/// An entry of the map.
void read_amounts(Message entry, AdmittedContainer::Amounts& out) {
  std::string_view name;
  std::string_view text;
  const auto read_quantity = [&](Message quantity) { read_fields(quantity, field<1>(text)); };
  read_fields(entry, field<1>(name), codec::visit<2>(read_quantity));
  out.emplace_back(name, text);
}

template <class Value>
void read_resources(Value value, AdmittedContainer& out) {
  read_fields(value, codec::visit<"limits", 1>([&](Value amounts) { read_amounts(amounts, out.limits); }),
              codec::visit<"requests", 2>([&](Value amounts) { read_amounts(amounts, out.requests); }));
}

template <class Value>
void read_admitted(Value value, AdmittedContainer& out) {
  read_fields(value, field<"name", 1>(out.name),
              codec::visit<"resources", 8>([&](Value resources) { read_resources(resources, out); }));
}

/// An empty object is what no resources are.
template <class Value>
bool sets_amounts(Value value) {
  AdmittedContainer whole;
  read_resources(value, whole);
  return !whole.limits.empty() || !whole.requests.empty();
}

/// With the containers as they were admitted.
template <class Value>
void read_spec(Value value, DaemonPod& out, Admitted& admitted) {
  const auto read_into = [](std::vector<AdmittedContainer>& list) {
    return [&list](Value container) { read_admitted(container, list.emplace_back()); };
  };
  read_spec(value, out, codec::visit_each<"containers", 2>(read_into(admitted.containers)),
            codec::visit_each<"initContainers", 20>(read_into(admitted.init_containers)),
            codec::visit<"resources", 40>([&](Value own) { admitted.own_resources = sets_amounts(own); }));
}

/// `parts`: none, or an Admitted.
template <class Value, class... Parts>
ObjectMeta read_pod(Value value, DaemonPod& out, Parts&... parts) {
  ObjectMetadata metadata;
  PodStatus status;
  read_fields(value, codec::visit<"metadata", 1>([&](Value part) { read(part, metadata, parts...); }),
              codec::visit<"spec", 2>([&](Value spec) { read_spec(spec, out, parts...); }),
              codec::visit<"status", 3>([&](Value part) { read_status(part, status); }));
  const ObjectMeta identity = require_name(value, metadata);
  take_rest(std::move(metadata), status, out);
  return identity;
}

template <class Value>
ObjectMeta read_audited_pod(Value value, AuditedPod& out) {
  Admitted admitted;
  const ObjectMeta identity = read_pod(value, out, admitted);
  out.admitted = std::move(admitted);
  return identity;
}

}  // namespace

ObjectMeta read(JsonValue value, DaemonPod& out) {
  return read_pod(value, out);
}

ObjectMeta read(Message object, DaemonPod& out) {
  return read_pod(object, out);
}

ObjectMeta read(JsonValue value, AuditedPod& out) {
  return read_audited_pod(value, out);
}

ObjectMeta read(Message object, AuditedPod& out) {
  return read_audited_pod(object, out);
}

std::expected<DaemonPod, codec::Mistake> read_daemon_pod(const std::string& json, codec::Document& document) {
  return read_whole<DaemonPod>(json, document);
}

std::expected<DaemonPod, codec::Mistake> read_daemon_pod_protobuf(std::string_view bytes) {
  DaemonPod pod;
  auto whole = codec::read_protobuf([&] { read(codec::open_envelope(bytes).object, pod); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return pod;
}

}  // namespace everynode::objects
