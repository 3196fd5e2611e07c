/// Whose fault it is that a node has no available pod of the current revision: the node's, which was bad before, or the
/// rollout's, which made it bad. Private to the situation.
#pragma once

#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

/// Whether the rollout answers for pods of its revision that overlays would make otherwise now.
[[nodiscard]] bool answers_for_unfitted(const Situation& situation);

/// Whether the node was bad before its new pod was created, or has none and is bad. When times are equal, which are
/// whole seconds, it was not: nobody is excused whom the rollout may have made bad. `unfitted`: whether the rollout
/// answers for such pods.
[[nodiscard]] bool is_deferred(const NodePods& pods, bool unfitted);

/// Why the node is deferred, for people: "draining", "cordoned", ...
[[nodiscard]] std::string why_deferred(const DaemonNode& node);

/// How far the rollout is by the policy, which there must be, and by `NodePods::deferred`.
[[nodiscard]] rollout::Progress progress_of(const Situation& situation);

}  // namespace everynode::daemonset
