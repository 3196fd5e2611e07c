#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {

ObjectMeta read(codec::JsonValue value, ControllerRevision& out) {
  ObjectMetadata metadata;
  const auto read_data = [&](codec::JsonValue member) {
    std::string_view data;
    codec::read_raw(member, data);
    out.data = data;
  };
  const auto read_metadata = [&](codec::JsonValue member) { read(member, metadata, out.change_cause); };
  codec::read_fields(value, codec::visit<"metadata">(read_metadata), codec::field<"revision">(out.revision),
                     codec::visit<"data">(read_data));
  const ObjectMeta identity = require_name(value, metadata);
  copy_identity(metadata, out);
  out.created = metadata.created;
  out.labels = std::move(metadata.labels);
  out.controller = std::move(metadata.controller);
  return identity;
}

std::expected<ControllerRevision, codec::Mistake> read_controller_revision(const std::string& json,
                                                                           codec::Document& document) {
  return read_whole<ControllerRevision>(json, document);
}

}  // namespace everynode::objects
