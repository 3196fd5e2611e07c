#include "object_metadata.hpp"

namespace everynode::core {
namespace {

void read_label(Message entry, Labels& out) {
  std::string_view key;
  std::string_view value;
  read_fields(entry, text(1, key), text(2, value));
  out.set(key, value);
}

void read_owner(Message reference, Shared<ControllerRef>& out) {
  ControllerRef owner;
  bool controller = false;
  read_fields(reference, text(1, owner.kind), text(3, owner.name), text(4, owner.uid), integer(6, controller));
  if (controller && !out) out = std::move(owner);
}

/// Entries are in the order of time. The first that is about the object itself, not its status, is the creator's.
void read_creator(Message entry, std::string& out) {
  std::string_view manager;
  std::string_view subresource;
  read_fields(entry, text(1, manager), text(8, subresource));
  if (out.empty() && subresource.empty()) out = manager;
}

}  // namespace

Time read_time(Message timestamp) {
  constexpr std::int64_t first = -62'167'219'200;  // the years 0 to 9999, as in RFC 3339
  constexpr std::int64_t last = 253'402'300'799;
  std::int64_t seconds = 0;
  read_fields(timestamp, integer(1, seconds));
  if (seconds < first || seconds > last) throw UnexpectedProtobuf("a time out of range");
  return Time(std::chrono::seconds(seconds));
}

void read(Message value, ObjectMetadata& out) {
  ObjectMeta& identity = out.identity;
  const auto leaves = [&](Message time) {
    out.terminating = true;
    out.leaves_by = read_time(time);
  };
  read_fields(value, text(1, identity.name), text(3, identity.namespace_), text(5, identity.uid),
              text(6, identity.resource_version), integer(7, out.generation),
              message(8, [&](Message time) { out.created = read_time(time); }), message(9, leaves),
              message(11, [&](Message entry) { read_label(entry, out.labels); }),
              message(13, [&](Message reference) { read_owner(reference, out.controller); }),
              message(17, [&](Message entry) { read_creator(entry, out.creator); }));
}

ObjectMeta read_meta(Message object) {
  ObjectMetadata metadata;
  read_fields(object, message(1, [&](Message value) { read(value, metadata); }));
  return metadata.identity;
}

const ObjectMeta& require_name(const ObjectMetadata& metadata) {
  if (metadata.identity.name.empty()) throw UnexpectedProtobuf("metadata.name is missing");
  return metadata.identity;
}

}  // namespace everynode::core
