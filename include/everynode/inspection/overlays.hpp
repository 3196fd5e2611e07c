/// What concerns the overlays of one pod, or of the daemon pods of one node, read once.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "everynode/inspection/conversation.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/overlay/catalog.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::inspection {

/// A pod of a DaemonSet.
struct OverlaidPod {
  std::string json;          ///< its text
  std::string daemon_set;    ///< the name of its DaemonSet; empty: none owns it
  std::string pod_template;  ///< the canonical text of that one's template; empty: it cannot be read
};

struct OverlaySubject {
  std::vector<overlay::DaemonSetOverlay> overlays;  ///< of the namespace
  overlay::PriorityClasses classes;                 ///< none, if no overlay names one
  overlay::Nodes nodes;                             ///< the pods' own
  std::vector<OverlaidPod> pods;                    ///< by name
  std::vector<std::string> remarks;                 ///< what could not be read, for people
};

/// The pod of this name, in the namespace of the conversation.
[[nodiscard]] std::expected<OverlaySubject, Failure> read_overlays_of_pod(Conversation& conversation,
                                                                          const std::string& pod);
/// The daemon pods on this node, of the same namespace.
[[nodiscard]] std::expected<OverlaySubject, Failure> read_overlays_of_node(Conversation& conversation,
                                                                           const std::string& node);

}  // namespace everynode::inspection
