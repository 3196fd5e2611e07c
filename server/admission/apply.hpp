/// Applies our own patches to our own values: the check that a patch does what it was written for, before anybody else
/// sees it.
#pragma once

#include <string>

#include "everynode/admission/patch.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// Reads a patch, as JSON text, and applies it to the pod, operation by operation, as the API server does. Returns why
/// that cannot be done, or nothing: a parent that is missing, an index past the end, a path that Everynode never
/// writes, a value of the wrong shape. The API server refuses such a patch, and the pod with it. The pod's new texts
/// are views into `document`.
[[nodiscard]] std::string apply(const std::string& patch, codec::Document& document, objects::Pod& pod);

}  // namespace everynode::admission
