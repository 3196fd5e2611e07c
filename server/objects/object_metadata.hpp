/// What the decoders of all objects have in common. Private to them.
#pragma once

#include <array>
#include <expected>
#include <string>

#include "everynode/codec/protobuf.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/decode.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::objects {

struct ObjectMetadata {
  ObjectMeta identity;
  Labels labels;
  Shared<ControllerRef> controller;
  Time created{};
  bool terminating = false;
  Time leaves_by{};  ///< the deletionTimestamp of one that is terminating
  std::int64_t generation = 0;
  std::string creator;  ///< the manager who wrote it first
};

/// Annotations and writes of the status are read only where they are wanted: they can be larger than all the rest.
void read(codec::Reader& reader, codec::Reader::Element value, ObjectMetadata& out, Labels* annotations = nullptr,
          StatusWrite* foreign_status = nullptr);

void read(codec::Message value, ObjectMetadata& out);

/// An entry of ownerReferences: only one of them may be the controller's.
void take_owner(const OwnerReference& owner, ObjectMetadata& out);
/// An entry of managedFields. They are sorted by time: the first one about the object itself is the creator's.
void take_manager(std::string_view manager, std::string_view subresource, ObjectMetadata& out);

/// `metav1.Time`; the epoch for the zero time.
[[nodiscard]] Time read_time(codec::Message timestamp);

/// Copies the parts into an object that has them under the same names.
template <class Object>
void copy_identity(const ObjectMetadata& metadata, Object& out) {
  out.namespace_ = metadata.identity.namespace_;
  out.name = metadata.identity.name;
  out.uid = metadata.identity.uid;
  out.resource_version = metadata.identity.resource_version;
  out.terminating = metadata.terminating;
}

/// Reports an object without a name: nothing can be done with it.
void require_name(codec::Reader& reader, const ObjectMetadata& metadata);
/// The same for protobuf: throws. Gives the identity otherwise.
const ObjectMeta& require_name(const ObjectMetadata& metadata);

template <class Object>
std::expected<Object, std::string> read_whole(const std::string& json, codec::Document& document) {
  Object object;
  std::string problem =
      document.read(json, [&](codec::Reader& reader, codec::Reader::Element root) { read(reader, root, object); });
  if (!problem.empty()) return std::unexpected(std::move(problem));
  return object;
}

}  // namespace everynode::objects
