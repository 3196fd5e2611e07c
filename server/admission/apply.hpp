/// Applies our own patches to our own values, to check that a patch does what it should before we send it.
#pragma once

#include <string>

#include "everynode/admission/patch.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// Reads a patch from its JSON text and applies it to the pod, operation by operation, as the API server does. Returns
/// why that fails; empty: it worked. It fails on a missing parent, an index past the end, a path that Everynode never
/// writes, or a value of the wrong shape: the API server refuses such a patch, and the pod with it. The pod's new texts
/// are views into `document`.
[[nodiscard]] std::string apply(const std::string& patch, codec::Document& document, objects::Pod& pod);

}  // namespace everynode::admission
