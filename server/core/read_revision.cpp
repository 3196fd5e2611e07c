#include "everynode/core/objects.hpp"
#include "object_metadata.hpp"

namespace everynode::core {

std::expected<ControllerRevision, std::string> read_controller_revision(const std::string& json, Document& document) {
  using Element = Reader::Element;
  constexpr std::array<std::string_view, 3> names{"metadata", "revision", "data"};
  ControllerRevision revision;
  ObjectMetadata metadata;
  std::string problem = document.read(json, [&](Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) return read(reader, member, metadata);
      if (name == 1) return reader.read(member, revision.revision);
      std::string_view data;
      reader.raw(member, data);
      revision.data = data;
    });
    require_name(reader, metadata);
  });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  move_identity(metadata, revision);
  revision.created = metadata.created;
  revision.labels = std::move(metadata.labels);
  revision.controller = std::move(metadata.controller);
  return revision;
}

}  // namespace everynode::core
