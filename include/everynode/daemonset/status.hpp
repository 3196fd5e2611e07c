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
  std::optional<objects::Time> again_at;  ///< when time alone changes a counter: a pod becomes available
};

/// The right counters for the current generation.
[[nodiscard]] StatusNow status_of(const Situation& situation);

/// The parts of a status to write.
struct StatusChange {
  objects::DaemonSetStatus counters;
  std::vector<objects::Condition> conditions;  ///< those that differ from the present ones
  std::vector<std::string> removed;            ///< types of conditions of ours that go
  bool words_only = false;                     ///< nothing but messages differ: there is no hurry

  bool operator==(const StatusChange&) const = default;
};

/// The change that gives the status these counters and conditions. Conditions of ours that are not among them are
/// removed. A condition of another client stays, even if it has a type that we want to write.
[[nodiscard]] std::optional<StatusChange> change_of(const objects::DaemonSet& daemon_set,
                                                    const objects::DaemonSetStatus& counters,
                                                    std::vector<objects::Condition> conditions, objects::Time now);

/// A strategic merge patch of the status subresource, for this `resource_version` of the DaemonSet only. Fields and
/// conditions of others stay.
[[nodiscard]] std::string status_patch(const StatusChange& change, std::string_view resource_version);

}  // namespace everynode::daemonset
