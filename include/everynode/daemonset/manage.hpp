/// One pod on every node that wants one, none elsewhere (section 5 of the requirements).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

struct Managed {
  std::vector<Action> actions;
  std::optional<objects::Time> again_at;  ///< when a failed pod's wait ends, or a new pod becomes available
};

/// One pod on every node that should have one, and none of those that are over.
[[nodiscard]] Managed manage(const Situation& situation);

/// What makes the names of the pods for one situation of a node the same, and those for another different. The revision
/// is no part of it: what a process that has died had asked for may come late, and must then be in the way of a second.
[[nodiscard]] CreatePod create_pod(const objects::DaemonSet& daemon_set, const DaemonNode& node);

/// The name of a pod: that of the DaemonSet and five characters, 63 in all at most, as generateName makes them. The
/// first attempt may meet a name that another object has; the next ones avoid it.
[[nodiscard]] std::string pod_name(std::string_view daemon_set, std::uint64_t seed, unsigned attempt);

[[nodiscard]] DeletePod delete_pod(const objects::DaemonPod& pod, DeleteReason reason);

}  // namespace everynode::daemonset
