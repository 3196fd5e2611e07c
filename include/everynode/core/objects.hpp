/// The API's objects, from their JSON text, as the reconciler keeps them. Errors name the field.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "everynode/core/daemon_pod.hpp"
#include "everynode/core/daemon_set.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/node.hpp"
#include "everynode/core/protobuf.hpp"
#include "everynode/core/revision.hpp"

namespace everynode::core {

/// What all objects have, and by which they are told apart. Valid until the document that it was read from is used
/// again.
struct ObjectMeta {
  std::string_view namespace_;
  std::string_view name;
  std::string_view uid;
  std::string_view resource_version;
};

// Each reads the object at which the reader stands into a fresh `out`; what is wrong with it is in `reader.error()`
// afterwards. An object without a name is wrong.
ObjectMeta read(Reader& reader, Reader::Element value, Node& out);
ObjectMeta read(Reader& reader, Reader::Element value, DaemonPod& out);
ObjectMeta read(Reader& reader, Reader::Element value, DaemonSet& out);
ObjectMeta read(Reader& reader, Reader::Element value, ControllerRevision& out);

// The same in protobuf, without the envelope: what is wrong is thrown.
ObjectMeta read(Message object, Node& out);
ObjectMeta read(Message object, DaemonPod& out);
/// What an object of any kind says of itself, and nothing else of it.
ObjectMeta read_meta(Message object);

// The same for a text that is one object. `document` is memory to work with.
[[nodiscard]] std::expected<Node, std::string> read_node(const std::string& json, Document& document);
[[nodiscard]] std::expected<DaemonPod, std::string> read_daemon_pod(const std::string& json, Document& document);
[[nodiscard]] std::expected<DaemonPod, std::string> read_daemon_pod_protobuf(std::string_view bytes);
[[nodiscard]] std::expected<DaemonSet, std::string> read_daemon_set(const std::string& json, Document& document);
[[nodiscard]] std::expected<ControllerRevision, std::string> read_controller_revision(const std::string& json,
                                                                                      Document& document);

}  // namespace everynode::core
