/// The API's objects, from their JSON text, as the reconciler keeps them. Errors name the field.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "everynode/codec/document.hpp"
#include "everynode/codec/protobuf.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/event.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::objects {

/// What all objects have: their identity. Valid until the document that it was read from is used
/// again.
struct ObjectMeta {
  std::string_view namespace_;
  std::string_view name;
  std::string_view uid;
  std::string_view resource_version;
};

// Each reads an object into a fresh `out`; what is wrong with it is the reader's mistake afterwards. An object
// without a name is one.
ObjectMeta read(codec::JsonValue value, Node& out);
ObjectMeta read(codec::JsonValue value, DaemonPod& out);
ObjectMeta read(codec::JsonValue value, AuditedPod& out);
ObjectMeta read(codec::JsonValue value, DaemonSet& out);
ObjectMeta read(codec::JsonValue value, ControllerRevision& out);
ObjectMeta read(codec::JsonValue value, Event& out);
ObjectMeta read(codec::JsonValue value, RolloutPolicy& out);

// The same from protobuf, without the envelope. They throw what is wrong.
ObjectMeta read(codec::Message object, Node& out);
ObjectMeta read(codec::Message object, DaemonPod& out);
ObjectMeta read(codec::Message object, AuditedPod& out);
/// Only the kind and the metadata, of an object of any kind.
ObjectMeta read_meta(codec::Message object);

// The same for a text that is one object. `document` is memory to work with.
[[nodiscard]] std::expected<Node, codec::Mistake> read_node(const std::string& json, codec::Document& document);
[[nodiscard]] std::expected<DaemonPod, codec::Mistake> read_daemon_pod(const std::string& json,
                                                                       codec::Document& document);
[[nodiscard]] std::expected<DaemonPod, codec::Mistake> read_daemon_pod_protobuf(std::string_view bytes);
[[nodiscard]] std::expected<DaemonSet, codec::Mistake> read_daemon_set(const std::string& json,
                                                                       codec::Document& document);
[[nodiscard]] std::expected<ControllerRevision, codec::Mistake> read_controller_revision(const std::string& json,
                                                                                         codec::Document& document);
[[nodiscard]] std::expected<RolloutPolicy, codec::Mistake> read_rollout_policy(const std::string& json,
                                                                               codec::Document& document);

}  // namespace everynode::objects
