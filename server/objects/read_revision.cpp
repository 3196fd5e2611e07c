#include "everynode/objects/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {

ObjectMeta read(codec::Reader& reader, codec::Reader::Element value, ControllerRevision& out) {
  using Element = codec::Reader::Element;
  constexpr std::array<std::string_view, 3> names{"metadata", "revision", "data"};
  ObjectMetadata metadata;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return read(reader, member, metadata);
    if (name == 1) return reader.read(member, out.revision);
    std::string_view data;
    reader.raw(member, data);
    out.data = data;
  });
  require_name(reader, metadata);
  copy_identity(metadata, out);
  out.created = metadata.created;
  out.labels = std::move(metadata.labels);
  out.controller = std::move(metadata.controller);
  return metadata.identity;
}

std::expected<ControllerRevision, std::string> read_controller_revision(const std::string& json,
                                                                        codec::Document& document) {
  return read_whole<ControllerRevision>(json, document);
}

}  // namespace everynode::objects
