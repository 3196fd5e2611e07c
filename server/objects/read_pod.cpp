#include "everynode/objects/objects.hpp"
#include "pod_parts.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

void read_condition(codec::Reader& reader, Element value, PodStatus& out) {
  constexpr std::array<std::string_view, 4> names{"type", "status", "lastTransitionTime", "message"};
  std::array<std::string_view, 4> texts;
  reader.object(value, names, [&](std::size_t name, Element member) { reader.read(member, texts[name]); });
  const auto& [type, status, since, message] = texts;
  take_condition({.type = type, .status = status, .message = message, .since = parse_time(since).value_or(Time{})},
                 out);
}

void read_waiting(codec::Reader& reader, Element value, std::string_view& reason) {
  constexpr std::array<std::string_view, 1> state{"waiting"};
  constexpr std::array<std::string_view, 1> waiting{"reason"};
  reader.object(value, state, [&](std::size_t, Element member) {
    reader.object(member, waiting, [&](std::size_t, Element text) { reader.read(text, reason); });
  });
}

void read_container(codec::Reader& reader, Element value, PodStatus& out) {
  constexpr std::array<std::string_view, 2> names{"name", "state"};
  std::string_view container;
  std::string_view reason;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, container);
    read_waiting(reader, member, reason);
  });
  take_container(container, reason, out);
}

void read_status(codec::Reader& reader, Element value, PodStatus& out) {
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

void read_spec(codec::Reader& reader, Element value, DaemonPod& out) {
  constexpr std::array<std::string_view, 2> names{"nodeName", "affinity"};
  std::string_view node_name;
  std::optional<Affinity> affinity;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, node_name);
    read(reader, member, affinity.emplace());
  });
  take_spec(node_name, affinity, out);
}

}  // namespace

ObjectMeta read(codec::Reader& reader, Element value, DaemonPod& out) {
  constexpr std::array<std::string_view, 3> names{"metadata", "spec", "status"};
  ObjectMetadata metadata;
  PodStatus status;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return read(reader, member, metadata);
    if (name == 1) return read_spec(reader, member, out);
    read_status(reader, member, status);
  });
  require_name(reader, metadata);
  const ObjectMeta identity = metadata.identity;
  take_rest(std::move(metadata), status, out);
  return identity;
}

std::expected<DaemonPod, std::string> read_daemon_pod(const std::string& json, codec::Document& document) {
  return read_whole<DaemonPod>(json, document);
}

}  // namespace everynode::objects
