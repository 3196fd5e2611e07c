/// What the decoders of all objects have in common. Private to them.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "everynode/codec/document.hpp"
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
  Time changed{};               ///< when anything but a subresource was last written; read with `foreign_status`
  Time leaves_by{};             ///< the deletionTimestamp of one that is terminating
  bool forced = false;          ///< it is, and its deletionGracePeriodSeconds are 0
  std::string own_status_time;  ///< when Everynode last wrote the status; read with `foreign_status`
  std::int64_t generation = 0;
  std::string creator;  ///< the manager who wrote it first
};

/// `Value`: codec::JsonValue or codec::Message, here and below.
template <class Value>
void read(Value value, ObjectMetadata& out);

/// The same with those of the annotations that say what admission made of a pod.
template <class Value>
void read(Value value, ObjectMetadata& out, Admitted& admitted);
/// A node's, with its annotation `everynode.dev/exclude`.
template <class Value>
void read(Value value, ObjectMetadata& out, std::optional<std::string>& exclude);

/// A ControllerRevision's, with its annotation `kubernetes.io/change-cause`.
void read(codec::JsonValue value, ObjectMetadata& out, std::string& change_cause);

/// A DaemonSet's. Of others, annotations and writes of the status are not read: they can be larger than all the rest.
void read(codec::JsonValue value, ObjectMetadata& out, Labels& annotations, StatusWrite& foreign_status);

/// `metav1.Time`; the epoch for protobuf's zero time.
void read_time(codec::JsonValue value, Time& out);
void read_time(codec::Message timestamp, Time& out);

/// Copies the parts into an object that has them under the same names.
template <class Object>
void copy_identity(const ObjectMetadata& metadata, Object& out) {
  out.namespace_ = metadata.identity.namespace_;
  out.name = metadata.identity.name;
  out.uid = metadata.identity.uid;
  out.resource_version = metadata.identity.resource_version;
  out.terminating = metadata.terminating;
}

/// Reports an object without a name: nothing can be done with it. Gives the identity.
template <class Value>
ObjectMeta require_name(const Value& value, const ObjectMetadata& metadata) {
  if (metadata.identity.name.empty()) codec::fail(value, "metadata.name is missing");
  return metadata.identity;
}

template <class Object>
[[nodiscard]] std::expected<Object, codec::Mistake> read_whole(const std::string& json, codec::Document& document) {
  Object object;
  auto whole = document.read(json, [&](codec::JsonValue root) { read(root, object); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  return object;
}

}  // namespace everynode::objects
