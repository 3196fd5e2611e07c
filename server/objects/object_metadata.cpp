#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using codec::field;
using codec::JsonValue;
using codec::Message;
using codec::read_fields;

/// Only one of the owners may be the controller's.
template <class Value>
void read_owner(Value value, ObjectMetadata& out) {
  OwnerReference owner;
  read_fields(value, field<"kind", 1>(owner.kind), field<"name", 3>(owner.name), field<"uid", 4>(owner.uid),
              field<"controller", 6>(owner.controller));
  if (!owner.controller || out.controller) return;
  out.controller =
      ControllerRef{.kind = std::string(owner.kind), .name = std::string(owner.name), .uid = std::string(owner.uid)};
}

/// Entries of managedFields are sorted by time: the first one about the object itself is the creator's.
template <class Value>
void read_manager(Value value, ObjectMetadata& out) {
  std::string_view manager;
  std::string_view subresource;
  read_fields(value, field<"manager", 1>(manager), field<"subresource", 8>(subresource));
  if (out.creator.empty() && subresource.empty()) out.creator = manager;
}

/// Whether the fields of an entry are counters of a DaemonSet's status. Conditions may be anybody's.
bool are_counters(JsonValue fields) {
  bool found = false;
  const auto read_status = [&](JsonValue status) {
    codec::visit_members(status, [&](std::string_view name, JsonValue) {
      found = found || name == "f:observedGeneration" || name.contains("Number") || name.starts_with("f:number");
    });
  };
  read_fields(fields, codec::visit<"f:status">(read_status));
  return found;
}

void read_write(JsonValue value, ObjectMetadata& metadata, StatusWrite& out) {
  std::string_view manager;
  std::string_view time;
  std::string_view subresource;
  bool counters = false;
  read_fields(value, field<"manager">(manager), field<"time">(time), field<"subresource">(subresource),
              codec::visit<"fieldsV1">([&](JsonValue fields) { counters = are_counters(fields); }));
  if (subresource == "status" && manager == field_manager) {
    metadata.own_status_time = std::max(metadata.own_status_time, std::string(time));
  }
  if (subresource.empty()) metadata.changed = std::max(metadata.changed, parse_time(time).value_or(Time{}));
  if (!counters || manager == field_manager || time < out.time) return;
  out = {.manager = std::string(manager), .time = std::string(time)};
}

void read_admitted(JsonValue annotations, Admitted& out) {
  read_fields(annotations, field<"everynode.dev/overlays">(out.overlays),
              field<"everynode.dev/overlays-refused">(out.refused), field<"everynode.dev/node">(out.node));
}

/// An entry of the map.
void read_admitted(Message entry, Admitted& out) {
  std::string_view key;
  std::string_view text;
  read_fields(entry, field<1>(key), field<2>(text));
  if (key == "everynode.dev/overlays") out.overlays = text;
  if (key == "everynode.dev/overlays-refused") out.refused = text;
  if (key == "everynode.dev/node") out.node = text;
}

void read_annotation(JsonValue annotations, std::optional<std::string>& exclude) {
  const auto keep = [&](JsonValue text) { read(text, exclude); };
  read_fields(annotations, codec::visit<"everynode.dev/exclude">(keep));
}

/// In protobuf each entry of the map comes by itself.
void read_annotation(Message entry, std::optional<std::string>& exclude) {
  std::string_view key;
  std::string_view text;
  read_fields(entry, field<1>(key), field<2>(text));
  if (key == exclude_annotation) exclude = std::string(text);
}

template <class Value, class... More>
void read_metadata(Value value, ObjectMetadata& out, const More&... more) {
  const auto read_deletion = [&](Value time) {
    out.terminating = true;
    read_time(time, out.leaves_by);
  };
  std::int64_t grace = 1;
  ObjectMeta& identity = out.identity;
  read_fields(value, field<"name", 1>(identity.name), field<"namespace", 3>(identity.namespace_),
              field<"uid", 5>(identity.uid), field<"resourceVersion", 6>(identity.resource_version),
              field<"generation", 7>(out.generation),
              codec::visit<"creationTimestamp", 8>([&](Value time) { read_time(time, out.created); }),
              codec::visit<"deletionTimestamp", 9>(read_deletion), field<"deletionGracePeriodSeconds", 10>(grace),
              field<"labels", 11>(out.labels),
              codec::visit_each<"ownerReferences", 13>([&](Value owner) { read_owner(owner, out); }), more...);
  out.forced = out.terminating && grace == 0;
}

}  // namespace

template <class Value>
void read(Value value, ObjectMetadata& out) {
  read_metadata(value, out, codec::visit_each<"managedFields", 17>([&](Value entry) { read_manager(entry, out); }));
}

template <class Value>
void read(Value value, ObjectMetadata& out, std::optional<std::string>& exclude) {
  const auto read_exclude = [&](Value annotations) { read_annotation(annotations, exclude); };
  read_metadata(value, out, codec::visit<"annotations", 12>(read_exclude));
}

template void read(JsonValue, ObjectMetadata&, std::optional<std::string>&);
template void read(Message, ObjectMetadata&, std::optional<std::string>&);
template void read(JsonValue, ObjectMetadata&);
template void read(Message, ObjectMetadata&);

template <class Value>
void read(Value value, ObjectMetadata& out, Admitted& admitted) {
  const auto read_annotations = [&](Value annotations) { read_admitted(annotations, admitted); };
  read_metadata(value, out, codec::visit<"annotations", 12>(read_annotations),
                codec::visit_each<"managedFields", 17>([&](Value entry) { read_manager(entry, out); }));
}

template void read(JsonValue, ObjectMetadata&, Admitted&);
template void read(Message, ObjectMetadata&, Admitted&);

void read(JsonValue value, ObjectMetadata& out, std::string& change_cause) {
  const auto read_annotations = [&](JsonValue annotations) {
    read_fields(annotations, field<"kubernetes.io/change-cause">(change_cause));
  };
  read_metadata(value, out, codec::visit<"annotations">(read_annotations));
}

void read(JsonValue value, ObjectMetadata& out, Labels& annotations, StatusWrite& foreign_status) {
  const auto read_entry = [&](JsonValue entry) { read_write(entry, out, foreign_status); };
  read_metadata(value, out, field<"annotations">(annotations), codec::visit_each<"managedFields">(read_entry));
}

void read_time(JsonValue value, Time& out) {
  std::string_view text;
  read(value, text);
  const auto time = parse_time(text);
  if (!time) return value.fail("expected a time (RFC 3339)");
  out = *time;
}

void read_time(Message timestamp, Time& out) {
  constexpr std::int64_t first = -62'167'219'200;  // the years 0 to 9999, as in RFC 3339
  constexpr std::int64_t last = 253'402'300'799;
  std::int64_t seconds = 0;
  read_fields(timestamp, field<1>(seconds));
  if (seconds < first || seconds > last) throw codec::UnexpectedProtobuf("a time out of range");
  out = Time(std::chrono::seconds(seconds));
}

ObjectMeta read_meta(Message object) {
  ObjectMetadata metadata;
  read_fields(object, field<1>(metadata));
  return metadata.identity;
}

}  // namespace everynode::objects
