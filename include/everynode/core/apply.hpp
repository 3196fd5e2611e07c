/// Applies our own patches to our own values: the check that a patch does what it was written for, before anybody else sees it.
#pragma once

#include <expected>
#include <string>

#include "everynode/core/patch.hpp"
#include "everynode/core/pod.hpp"

namespace everynode::core {

/// The pod after the patch. Errors say which operation cannot be applied and why: a parent that is missing, an index past the end, a path
/// that Everynode never writes, a value of the wrong shape. The API server refuses the same operations, and with them the pod.
[[nodiscard]] std::expected<Pod, std::string> apply(const Patch& patch, Pod pod);

}  // namespace everynode::core
