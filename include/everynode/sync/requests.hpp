/// Turns actions into requests to the API. The machines handle the answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/status.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/template.hpp"
#include "everynode/overlay/overlay.hpp"
#include "everynode/protocol/event_correlator.hpp"
#include "everynode/sync/effects.hpp"

namespace everynode::sync {

/// The request that carries out the action. `Action`: each of daemonset::Action but CreatePod, for which see below.
template <class Action>
[[nodiscard]] kube::Request request_of(const Action& action, const objects::DaemonSet& daemon_set);

/// Whether a revision's bytes are a patch of the template and of nothing else: whoever may write revisions need not be
/// allowed to change the rest of a DaemonSet. A `RestoreTemplate` with other bytes must not be sent.
[[nodiscard]] bool is_template_patch(std::string_view data);

/// Creates the pod of this JSON. The answer may come in protobuf.
[[nodiscard]] kube::Request create_pod(std::string_view namespace_, std::string body);

/// Writes the status, provided that the DaemonSet is still the version that it was computed for.
[[nodiscard]] kube::Request write_status(const objects::DaemonSet& daemon_set, const daemonset::StatusChange& change);
/// The same for a policy.
[[nodiscard]] kube::Request write_status(const objects::RolloutPolicy& policy,
                                         const objects::RolloutPolicyStatus& status);
/// The same for an overlay, whatever its version.
[[nodiscard]] kube::Request write_status(const overlay::DaemonSetOverlay& overlay,
                                         const overlay::OverlayStatus& status);
/// Counts a hash collision (requirement 9.7).
[[nodiscard]] kube::Request count_collision(const objects::DaemonSet& daemon_set);

/// The text of a refusal to create the pod, without the pod's name: the same text applies to other pods.
[[nodiscard]] std::string refusal_of(std::string_view pod, std::string_view message);

/// Takes the taints with this key off the node, provided that they are where they were; nullopt: it has none.
[[nodiscard]] std::optional<kube::Request> remove_taint(const objects::Node& node, std::string_view key);

/// An event on the DaemonSet (requirement 6.7).
[[nodiscard]] protocol::Event event_on(const objects::DaemonSet& daemon_set, Notice notice, protocol::EventTime time);
/// A Warning on a node.
[[nodiscard]] protocol::Event event_on(const objects::Node& node, std::string_view reason, std::string message,
                                       protocol::EventTime time);

/// The events on an overlay about what it is refused for, by its status, and was not before.
[[nodiscard]] std::vector<protocol::Event> events_on(const overlay::DaemonSetOverlay& overlay,
                                                     const overlay::OverlayStatus& status, protocol::EventTime time);

}  // namespace everynode::sync
