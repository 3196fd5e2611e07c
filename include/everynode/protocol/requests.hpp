/// Actions as requests to the API. What is sent is decided here, how it fares in the machines.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "everynode/core/action.hpp"
#include "everynode/core/status.hpp"
#include "everynode/core/template.hpp"
#include "everynode/kube/event_correlator.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/protocol/effects.hpp"

namespace everynode::protocol {

/// The request that does the action.
[[nodiscard]] kube::Request request_of(const core::Adopt& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::Release& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::DeletePod& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::RelabelPod& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::CreateRevision& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::ChangeRevision& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::DeleteRevision& action, const core::DaemonSet& daemon_set);

/// Creates the node's pod under this name. The answer may come in protobuf.
[[nodiscard]] kube::Request create_pod(const core::PodBody& body, std::string_view namespace_, std::string_view name,
                                       std::string_view node);

/// Writes the status, if the DaemonSet is still the one that it was computed for.
[[nodiscard]] kube::Request write_status(const core::DaemonSet& daemon_set, const core::StatusChange& change);
/// Counts a hash collision (daemonset-controller.md 9.7).
[[nodiscard]] kube::Request count_collision(const core::DaemonSet& daemon_set);

/// What a refusal to create the pod of this name says, without the name: it says the same of the other pods.
[[nodiscard]] std::string refusal_of(std::string_view pod, std::string_view message);

/// An event on the DaemonSet (daemonset-controller.md 6.7).
[[nodiscard]] kube::Event event_on(const core::DaemonSet& daemon_set, Notice notice, kube::EventTime time);

}  // namespace everynode::protocol
