/// Actions as requests to the API. Pure: what is sent is decided here, how it fares in `executor`.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "everynode/core/action.hpp"
#include "everynode/core/status.hpp"
#include "everynode/kube/event_correlator.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::controller {

/// The request that does the action. Creating a pod needs more than the action: see `create_pod`.
[[nodiscard]] kube::Request request_of(const core::Adopt& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::Release& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::DeletePod& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::RelabelPod& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::CreateRevision& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::ChangeRevision& action, const core::DaemonSet& daemon_set);
[[nodiscard]] kube::Request request_of(const core::DeleteRevision& action, const core::DaemonSet& daemon_set);

/// Writes the status, if the DaemonSet is still the one that it was computed for.
[[nodiscard]] kube::Request write_status(const core::DaemonSet& daemon_set, const core::StatusChange& change);
/// Counts a hash collision (daemonset-controller.md 9.7).
[[nodiscard]] kube::Request count_collision(const core::DaemonSet& daemon_set);

/// What a refusal to create the pod of this name says, without the name: it says the same of the other pods.
[[nodiscard]] std::string refusal_of(std::string_view pod, std::string_view message);

/// An event on the DaemonSet (daemonset-controller.md 6.7); warnings are `Warning`, else `Normal`.
[[nodiscard]] kube::Event event_on(const core::DaemonSet& daemon_set, bool warning, std::string_view reason,
                                   std::string message, kube::EventTime time);

}  // namespace everynode::controller
