/// How the health of a node is read, in JSON and protobuf alike. Private to the reader of nodes.
#pragma once

#include "everynode/objects/node.hpp"

namespace everynode::objects {

inline constexpr std::string_view out_of_service_taint = "node.kubernetes.io/out-of-service";

/// `v1.NodeCondition`.
struct NodeCondition {
  std::string_view type;
  std::string_view status;
  Time changed{};  ///< lastTransitionTime
  std::string_view reason;
  std::string_view message;
};

void take_condition(const NodeCondition& condition, NodeHealth& out);
/// What this condition tells of the kubelet, if it is Ready; empty if the node is.
[[nodiscard]] std::string trouble_in(const NodeCondition& condition);
/// What metadata and taints say, after the conditions.
void finish_health(const std::vector<Taint>& taints, Time created, bool terminating, NodeHealth& out);

}  // namespace everynode::objects
