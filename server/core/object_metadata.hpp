/// The metadata that all objects have in common. Private to the decoders.
#pragma once

#include <array>
#include <string>

#include "everynode/core/daemon_pod.hpp"
#include "everynode/core/daemon_set.hpp"
#include "everynode/core/decode.hpp"

namespace everynode::core {

struct ObjectMetadata {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  Labels labels;
  Shared<ControllerRef> controller;
  Time created{};
  bool terminating = false;
  Time leaves_by{};  ///< the deletionTimestamp of one that is terminating
  std::int64_t generation = 0;
  std::string creator;  ///< the manager of the first entry of managedFields
};

/// Annotations and writes of the status are read only where they are wanted: they can be larger than all the rest.
void read(Reader& reader, Reader::Element value, ObjectMetadata& out, Labels* annotations = nullptr,
          StatusWrite* foreign_status = nullptr);

/// Hands the parts over to an object that has them under the same names.
template <class Object>
void move_identity(ObjectMetadata& metadata, Object& out) {
  out.namespace_ = std::move(metadata.namespace_);
  out.name = std::move(metadata.name);
  out.uid = std::move(metadata.uid);
  out.resource_version = std::move(metadata.resource_version);
  out.terminating = metadata.terminating;
}

/// Says that the object has no name: nothing can be done with it.
void require_name(Reader& reader, const ObjectMetadata& metadata);

}  // namespace everynode::core
