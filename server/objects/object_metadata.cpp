#include "object_metadata.hpp"

namespace everynode::objects {
namespace {

using Element = codec::Reader::Element;

void read_owners(codec::Reader& reader, Element value, ObjectMetadata& out) {
  reader.array(value, [&](Element element) {
    OwnerReference owner;
    read(reader, element, owner);
    take_owner(owner, out);
  });
}

void read_time(codec::Reader& reader, Element value, Time& out) {
  std::string_view text;
  reader.read(value, text);
  const auto time = parse_time(text);
  if (!time) return reader.fail("expected a time (RFC 3339)");
  out = *time;
}

void read_managers(codec::Reader& reader, Element value, ObjectMetadata& out) {
  constexpr std::array<std::string_view, 2> names{"manager", "subresource"};
  reader.array(value, [&](Element element) {
    std::array<std::string_view, 2> texts;
    reader.object(element, names, [&](std::size_t name, Element member) { reader.read(member, texts[name]); });
    take_manager(texts[0], texts[1], out);
  });
}

/// Whether the fields of an entry are counters of a DaemonSet's status. Conditions may be anybody's.
bool are_counters(codec::Reader& reader, Element value) {
  constexpr std::array<std::string_view, 1> names{"f:status"};
  bool found = false;
  reader.object(value, names, [&](std::size_t, Element status) {
    reader.members(status, [&](std::string_view field, Element) {
      found = found || field == "f:observedGeneration" || field.contains("Number") || field.starts_with("f:number");
    });
  });
  return found;
}

void read_foreign_status(codec::Reader& reader, Element value, StatusWrite& out) {
  constexpr std::array<std::string_view, 3> names{"manager", "time", "fieldsV1"};
  reader.array(value, [&](Element element) {
    std::array<std::string_view, 2> texts;
    bool counters = false;
    reader.object(element, names, [&](std::size_t name, Element member) {
      if (name < texts.size()) return reader.read(member, texts[name]);
      counters = are_counters(reader, member);
    });
    const auto& [manager, time] = texts;
    if (!counters || manager == field_manager || time < out.time) return;
    out = {.manager = std::string(manager), .time = std::string(time)};
  });
}

}  // namespace

void read(codec::Reader& reader, Element value, ObjectMetadata& out, Labels* annotations, StatusWrite* foreign_status) {
  constexpr std::array<std::string_view, 11> names{"name",          "namespace",         "uid",
                                                   "labels",        "resourceVersion",   "ownerReferences",
                                                   "generation",    "creationTimestamp", "deletionTimestamp",
                                                   "managedFields", "annotations"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0:
        return reader.read(member, out.identity.name);
      case 1:
        return reader.read(member, out.identity.namespace_);
      case 2:
        return reader.read(member, out.identity.uid);
      case 3:
        return read(reader, member, out.labels);
      case 4:
        return reader.read(member, out.identity.resource_version);
      case 5:
        return read_owners(reader, member, out);
      case 6:
        return reader.read(member, out.generation);
      case 7:
        return read_time(reader, member, out.created);
      case 8:
        out.terminating = true;
        return read_time(reader, member, out.leaves_by);
      case 9:
        if (foreign_status != nullptr) return read_foreign_status(reader, member, *foreign_status);
        return read_managers(reader, member, out);
      default:
        if (annotations != nullptr) read(reader, member, *annotations);
    }
  });
}

void take_owner(const OwnerReference& owner, ObjectMetadata& out) {
  if (!owner.controller || out.controller) return;
  out.controller =
      ControllerRef{.kind = std::string(owner.kind), .name = std::string(owner.name), .uid = std::string(owner.uid)};
}

void take_manager(std::string_view manager, std::string_view subresource, ObjectMetadata& out) {
  if (out.creator.empty() && subresource.empty()) out.creator = manager;
}

void require_name(codec::Reader& reader, const ObjectMetadata& metadata) {
  if (metadata.identity.name.empty()) reader.fail("metadata.name is missing");
}

}  // namespace everynode::objects
