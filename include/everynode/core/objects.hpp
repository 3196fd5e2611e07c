/// The API's objects, from their JSON text, as the reconciler keeps them. Errors name the field.
#pragma once

#include <expected>
#include <string>

#include "everynode/core/daemon_pod.hpp"
#include "everynode/core/daemon_set.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/node.hpp"
#include "everynode/core/revision.hpp"

namespace everynode::core {

// `document` is memory to work with. Each fails if the object has no name.
[[nodiscard]] std::expected<Node, std::string> read_node(const std::string& json, Document& document);
[[nodiscard]] std::expected<DaemonPod, std::string> read_daemon_pod(const std::string& json, Document& document);
[[nodiscard]] std::expected<DaemonSet, std::string> read_daemon_set(const std::string& json, Document& document);
[[nodiscard]] std::expected<ControllerRevision, std::string> read_controller_revision(const std::string& json,
                                                                                      Document& document);

}  // namespace everynode::core
