/// Where the pods of a DaemonSet belong, by its template and by what switches say (sections 2 and 16 of the
/// requirements).
#pragma once

#include <string>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/node.hpp"
#include "everynode/objects/placement.hpp"

namespace everynode::objects {

/// Which switch keeps the DaemonSet's pods from the node, or leaves them there as they are; none: no switch does.
[[nodiscard]] Misfit switched_off(const DaemonSet& daemon_set, const Node& node);

/// As `place` by the template's rules, with the switches.
[[nodiscard]] Placement place(const DaemonSet& daemon_set, const Node& node);

/// For people: what the switch is, e.g. `the node excludes it (annotation everynode.dev/exclude)`. Empty for none.
[[nodiscard]] std::string explain_switch(Misfit off, const Node& node);

/// The node stands for something without a kubelet: virtual-kubelet, or Fargate.
[[nodiscard]] bool is_virtual(const Node& node);

}  // namespace everynode::objects
