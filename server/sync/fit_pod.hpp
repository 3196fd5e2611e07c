/// The pod that is sent, fitted to its node as admission would. Private to this folder.
#pragma once

#include <string>
#include <string_view>

#include "everynode/overlay/knowledge.hpp"

namespace everynode::sync {

struct FittedPod {
  std::string body;   ///< the pod's JSON; as it was where no overlay is in it
  std::string stamp;  ///< which overlays are; empty: none
};

/// `body`: a Pod without a namespace, which is this one. What is wrong with it leaves it as it is.
[[nodiscard]] FittedPod fit_pod(std::string body, std::string_view name_space, std::string_view node,
                                const overlay::Known& known);

/// The pod without overlays, after the API server has refused it with those of this stamp.
[[nodiscard]] std::string without_overlays(std::string_view body, const std::string& stamp);

}  // namespace everynode::sync
