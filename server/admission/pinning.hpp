/// Pinning: the patch that keeps a pod on its node, and only there.
#pragma once

#include <cstddef>
#include <string_view>

#include "everynode/admission/patch.hpp"
#include "everynode/admission/target.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// The operations after which the pod's required node affinity admits no node but `node`; empty if that is so already.
///
/// Terms are ORed, so the requirement `matchFields: metadata.name In [node]` goes into every term. A term that matches
/// nothing is left alone: with the requirement it would begin to match. No terms at all: one is added. A `metadata.name
/// In [node]` that stands among the matchExpressions, where it is a label that no node has, is moved to the
/// matchFields.
///
/// With more than `most` operations the patch is not complete, and must not be used.
[[nodiscard]] Patch pin(const objects::PodSpec& spec, std::string_view node, std::size_t most);

/// True if there are required terms, and each of them matches nothing: such a pod is never scheduled, and `pin` leaves
/// it alone.
[[nodiscard]] bool matches_no_node(const objects::PodSpec& spec);

/// The operation that writes the pod's node into its annotation everynode.dev/node; empty if it stands there already.
///
/// A webhook that is called after us may replace the affinity, and with it the only place that names the node. The API
/// server then calls us again (reinvocationPolicy IfNeeded), and the annotation tells us where the pod belongs. So a
/// node that was read off the affinity is remembered; one from spec.nodeName is not: nobody can take it away.
[[nodiscard]] Patch remember(const objects::PodMetadata& metadata, const Target& target);

}  // namespace everynode::admission
