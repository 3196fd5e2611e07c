/// The pod that is sent, fitted to its node as admission would. Private to this folder.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/daemon_pod.hpp"
#include "everynode/overlay/fit.hpp"
#include "everynode/overlay/knowledge.hpp"

namespace everynode::sync {

struct FittedPod {
  std::string body;   ///< the pod's JSON; as it was where no overlay is in it
  std::string stamp;  ///< which overlays are; empty: none
};

/// `body`: a Pod without a namespace, which is this one. `left_out`: names of overlays that do not count. What is wrong
/// with the pod leaves it as it is.
[[nodiscard]] FittedPod fit_pod(std::string body, std::string_view name_space, std::string_view node,
                                const overlay::Known& known, const std::set<std::string, std::less<>>& left_out = {});

/// The overlays that admission would leave out of a pod that the API server has answered with, read with
/// `objects::AuditedPod`: by then it has a LimitRange's defaults, and what other webhooks set.
[[nodiscard]] std::vector<overlay::Refusal> refusals_of(const objects::DaemonPod& pod, std::string_view node,
                                                        const overlay::Known& known);

/// The pod without overlays, after the API server has refused it with those of this stamp.
[[nodiscard]] std::string without_overlays(std::string_view body, const std::string& stamp);

}  // namespace everynode::sync
