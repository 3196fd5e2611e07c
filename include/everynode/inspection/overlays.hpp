/// What concerns the overlays of one pod, or of the daemon pods of one node, read once.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "everynode/inspection/admitted.hpp"
#include "everynode/inspection/conversation.hpp"
#include "everynode/inspection/failure.hpp"

namespace everynode::inspection {

struct OverlaySubject {
  std::string namespace_;
  std::vector<AdmittedState> pods;   ///< by name
  std::vector<std::string> remarks;  ///< what could not be read, for people
};

/// The pod of this name, in the namespace of the conversation.
[[nodiscard]] std::expected<OverlaySubject, Failure> read_overlays_of_pod(Conversation& conversation,
                                                                          const std::string& pod);
/// The daemon pods on this node, of the same namespace. Fails if there are neither such a node nor pods of it.
[[nodiscard]] std::expected<OverlaySubject, Failure> read_overlays_of_node(Conversation& conversation,
                                                                           const std::string& node);

}  // namespace everynode::inspection
