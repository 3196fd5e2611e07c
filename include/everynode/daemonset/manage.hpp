/// One pod on every node that should have one, none elsewhere (section 5 of the requirements).
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

/// Creates the missing pods, and deletes the pods that are too many or over.
[[nodiscard]] Managed manage(const Situation& situation);

/// The names of pods are equal for equal situations of a node, and different for different ones. The revision is not
/// part of the situation: the request of a process that has died may arrive late, and its pod must then be in the way
/// of a second one.
[[nodiscard]] CreatePod create_pod(const objects::DaemonSet& daemon_set, const DaemonNode& node);

/// The name of a pod: the DaemonSet's name and five characters, at most 63 in all, as generateName makes it. If another
/// object has the name, the next attempt uses another one.
[[nodiscard]] std::string pod_name(std::string_view daemon_set, std::uint64_t seed, unsigned attempt);

/// Whether a pod of the DaemonSet may have this name, whichever controller made it.
[[nodiscard]] bool is_pod_name(std::string_view daemon_set, std::string_view name);

[[nodiscard]] DeletePod delete_pod(const objects::DaemonPod& pod, DeleteReason reason);

}  // namespace everynode::daemonset
