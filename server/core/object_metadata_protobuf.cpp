#include "object_metadata.hpp"

namespace everynode::core {
namespace {

void read_label(Message entry, Labels& out) {
  std::string_view key;
  std::string_view value;
  read_fields(entry, text(1, key), text(2, value));
  out.set(key, value);
}

void read_owner(Message reference, ObjectMetadata& out) {
  OwnerReference owner;
  read_fields(reference, text(1, owner.kind), text(3, owner.name), text(4, owner.uid), integer(6, owner.controller));
  take_owner(owner, out);
}

void read_manager(Message entry, ObjectMetadata& out) {
  std::string_view manager;
  std::string_view subresource;
  read_fields(entry, text(1, manager), text(8, subresource));
  take_manager(manager, subresource, out);
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
              message(13, [&](Message reference) { read_owner(reference, out); }),
              message(17, [&](Message entry) { read_manager(entry, out); }));
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
