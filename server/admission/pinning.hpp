/// Pinning: the patch that keeps a pod on its node and off all others.
#pragma once

#include <cstddef>
#include <string_view>

#include "everynode/admission/target.hpp"
#include "everynode/codec/json_patch.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// The operations that make the pod's required node affinity admit only `node`; empty if it does so already.
///
/// Terms are ORed, so the requirement `matchFields: metadata.name In [node]` goes into every term. A term that matches
/// nothing stays as it is, because with the requirement it would begin to match. If there are no terms, one is added. A
/// `metadata.name In [node]` among the matchExpressions is a label that no node has, and is moved to the matchFields.
///
/// A patch with more than `most` operations is incomplete, and must not be used.
[[nodiscard]] codec::Patch pin(const objects::PodSpec& spec, std::string_view node, std::size_t most);

/// True if there are required terms, and each of them matches nothing: such a pod is never scheduled, so `pin` leaves
/// it alone.
[[nodiscard]] bool matches_no_node(const objects::PodSpec& spec);

/// The operation that writes the pod's node into its annotation everynode.dev/node; empty if the annotation has it
/// already.
///
/// A webhook that is called after us may replace the affinity, which alone names the node. The API server then calls us
/// again (reinvocationPolicy IfNeeded), and the annotation says where the pod belongs. So we remember a node that we
/// read off the affinity, but not one from spec.nodeName, which no webhook can take away.
[[nodiscard]] codec::Patch remember(const objects::PodMetadata& metadata, const Target& target);

/// The operation that writes which overlays are in the pod into its annotation everynode.dev/overlays, beside those
/// that it names already and that are not fitted now (`overlay::stamp_beside`); empty if that says so already.
/// `map_is_added`: the patch has made the annotations already, where there were none.
[[nodiscard]] codec::Patch stamp(const objects::PodMetadata& metadata, const std::string& fitted, bool map_is_added);

}  // namespace everynode::admission
