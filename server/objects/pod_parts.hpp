/// What the decoders of a Pod, of each encoding, make of what they read. Private to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/affinity.hpp"
#include "everynode/objects/daemon_pod.hpp"
#include "object_metadata.hpp"

namespace everynode::objects {

/// What is read of the status, in the order in which it explains why a pod is not ready.
struct PodStatus {
  PodPhase phase = PodPhase::pending;
  bool ready = false;
  Time ready_since{};
  std::string_view reason;         ///< of the pod as a whole, e.g. "Evicted"
  std::string_view unschedulable;  ///< the scheduler's message
  std::string waiting;             ///< "container agent: ImagePullBackOff"
  bool stuck = false;              ///< its trouble is not one that every starting pod has
};

struct PodCondition {
  std::string_view type;
  std::string_view status;
  std::string_view message;
  Time since{};  ///< lastTransitionTime; the epoch: not known
};

[[nodiscard]] PodPhase phase_of(std::string_view word);
void take_condition(const PodCondition& condition, PodStatus& out);
/// A container, init containers first, and why it waits; empty if it does not.
void take_container(std::string_view name, std::string_view waiting, PodStatus& out);
void take_spec(std::string_view node_name, const std::optional<Affinity>& affinity, DaemonPod& out);
/// The rest of a pod whose spec was taken.
void take_rest(ObjectMetadata&& metadata, const PodStatus& status, DaemonPod& out);

}  // namespace everynode::objects
