/// What one overlay wants of one pod. Private to this folder.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "everynode/overlay/fit.hpp"

namespace everynode::overlay {

/// All that the overlay, which selects the pod, sets in it. Error: why it can set nothing.
[[nodiscard]] std::expected<std::vector<Setting>, Refusal> resolve(const DaemonSetOverlay& overlay,
                                                                   const Catalog& catalog, const objects::Pod& pod,
                                                                   const Node* node);

}  // namespace everynode::overlay
