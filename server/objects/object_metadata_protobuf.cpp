#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

void read_label(codec::Message entry, Labels& out) {
  std::string_view key;
  std::string_view value;
  codec::read_fields(entry, codec::text(1, key), codec::text(2, value));
  out.set(key, value);
}

void read_owner(codec::Message reference, ObjectMetadata& out) {
  OwnerReference owner;
  codec::read_fields(reference, codec::text(1, owner.kind), codec::text(3, owner.name), codec::text(4, owner.uid),
                     codec::integer(6, owner.controller));
  take_owner(owner, out);
}

void read_manager(codec::Message entry, ObjectMetadata& out) {
  std::string_view manager;
  std::string_view subresource;
  codec::read_fields(entry, codec::text(1, manager), codec::text(8, subresource));
  take_manager(manager, subresource, out);
}

}  // namespace

Time read_time(codec::Message timestamp) {
  constexpr std::int64_t first = -62'167'219'200;  // the years 0 to 9999, as in RFC 3339
  constexpr std::int64_t last = 253'402'300'799;
  std::int64_t seconds = 0;
  codec::read_fields(timestamp, codec::integer(1, seconds));
  if (seconds < first || seconds > last) throw codec::UnexpectedProtobuf("a time out of range");
  return Time(std::chrono::seconds(seconds));
}

void read(codec::Message value, ObjectMetadata& out) {
  ObjectMeta& identity = out.identity;
  const auto leaves = [&](codec::Message time) {
    out.terminating = true;
    out.leaves_by = read_time(time);
  };
  codec::read_fields(
      value, codec::text(1, identity.name), codec::text(3, identity.namespace_), codec::text(5, identity.uid),
      codec::text(6, identity.resource_version), codec::integer(7, out.generation),
      codec::message(8, [&](codec::Message time) { out.created = read_time(time); }), codec::message(9, leaves),
      codec::message(11, [&](codec::Message entry) { read_label(entry, out.labels); }),
      codec::message(13, [&](codec::Message reference) { read_owner(reference, out); }),
      codec::message(17, [&](codec::Message entry) { read_manager(entry, out); }));
}

ObjectMeta read_meta(codec::Message object) {
  ObjectMetadata metadata;
  codec::read_fields(object, codec::message(1, [&](codec::Message value) { read(value, metadata); }));
  return metadata.identity;
}

const ObjectMeta& require_name(const ObjectMetadata& metadata) {
  if (metadata.identity.name.empty()) throw codec::UnexpectedProtobuf("metadata.name is missing");
  return metadata.identity;
}

}  // namespace everynode::objects
