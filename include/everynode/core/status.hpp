/// The counters of a DaemonSet's status (daemonset-controller.md 11).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "everynode/core/snapshot.hpp"

namespace everynode::core {

struct StatusNow {
  DaemonSetStatus status;
  std::optional<Time> again_at;  ///< when a counter changes by time alone: a pod becomes available
};

/// The counters as they should be, for the generation at hand.
[[nodiscard]] StatusNow status_of(const Snapshot& snapshot, std::string_view hash, Time now);

/// A merge patch of the status subresource that sets them, if the DaemonSet is still the one of `resource_version`.
/// Fields of others, conditions included, stay.
[[nodiscard]] std::string status_patch(const DaemonSetStatus& status, std::string_view resource_version);

}  // namespace everynode::core
