/// From what a pod should have to what is to be changed. Private to this folder.
#pragma once

#include <vector>

#include "everynode/codec/json_patch.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::overlay {

/// The operations that give the pod what it lacks; empty if it has all.
[[nodiscard]] codec::Patch changes(const Catalog& catalog, const objects::Pod& pod,
                                   const std::vector<Contribution>& contributions);

}  // namespace everynode::overlay
