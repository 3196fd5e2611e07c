/// The status of a DaemonSet: counters (section 11 of the requirements) and conditions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

struct StatusNow {
  objects::DaemonSetStatus status;
  std::optional<objects::Time> again_at;  ///< when a counter changes by time alone: a pod becomes available
};

/// The counters as they should be, for the generation at hand.
[[nodiscard]] StatusNow status_of(const Situation& situation);

/// What of a status is to be written.
struct StatusChange {
  objects::DaemonSetStatus counters;
  std::vector<objects::Condition> conditions;  ///< those that differ from what is there
  std::vector<std::string> removed;            ///< types of conditions of ours that go
  bool words_only = false;                     ///< nothing differs but messages: there is no hurry

  bool operator==(const StatusChange&) const = default;
};

/// What makes the status tell these counters and conditions. No `conditions`: those that we wrote go. A condition of
/// somebody else stays, also one of a type that is wanted.
[[nodiscard]] std::optional<StatusChange> change_of(const objects::DaemonSet& daemon_set,
                                                    const objects::DaemonSetStatus& counters,
                                                    std::vector<objects::Condition> conditions, objects::Time now);

/// A strategic merge patch of the status subresource, if the DaemonSet is still the one of `resource_version`. Fields
/// and conditions of others stay.
[[nodiscard]] std::string status_patch(const StatusChange& change, std::string_view resource_version);

}  // namespace everynode::daemonset
