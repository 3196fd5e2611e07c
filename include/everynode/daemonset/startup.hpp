/// New nodes that wait for DaemonSets: they keep a taint until these have an available pod there (section 18 of the
/// requirements).
#pragma once

#include <optional>

#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

/// What a node waits for, as far as one DaemonSet goes.
struct StartupWait {
  bool waits = false;
  std::optional<objects::Time> until;  ///< when time alone may end it: a ready pod becomes available
};

/// `node`: as the DaemonSet sees it. A DaemonSet that has no pod there, or is suspended, keeps no node waiting.
[[nodiscard]] StartupWait startup_wait(const objects::DaemonSet& daemon_set, const DaemonNode& node, objects::Time now);

/// Whether what makes the node usable at all is there: its kubelet, its network and its cloud provider. Until then
/// taints of theirs keep pods away that will come.
[[nodiscard]] bool is_set_up(const objects::Node& node);

}  // namespace everynode::daemonset
