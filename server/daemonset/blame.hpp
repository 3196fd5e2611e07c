/// Whose fault it is that a node has no available pod of the current revision: the node's, which was bad before, or the
/// rollout's, which made it bad. Private to the situation.
#pragma once

#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

/// Why the node is deferred, for people: "draining", "cordoned", ...
[[nodiscard]] std::string why_deferred(const DaemonNode& node);

/// How far the rollout is by the policy, which there must be. Defers the nodes that were bad before their turn.
[[nodiscard]] rollout::Progress judge(Situation& situation);

}  // namespace everynode::daemonset
