/// Applies our own patches to our own values, to check that a patch does what it should before we send it.
#pragma once

#include <expected>
#include <string>

#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// Reads a patch from its JSON text and applies it to the pod, operation by operation, as the API server does. The
/// result is that pod; its new texts are views into `document`. The error is a missing parent, an index past the end, a
/// path that Everynode never writes, or a value of the wrong shape: the API server refuses such a patch, and the pod
/// with it.
[[nodiscard]] std::expected<objects::Pod, codec::Mistake> apply(const std::string& patch, objects::Pod pod,
                                                                codec::Document& document);

}  // namespace everynode::admission
