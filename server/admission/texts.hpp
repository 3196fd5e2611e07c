/// How warnings and explanations name things. Private to this folder.
#pragma once

#include <string>

#include "everynode/objects/pod.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::admission {

/// The keys of the taints, "*" for all: "a,b".
[[nodiscard]] std::string taint_keys(const objects::Tolerations& tolerations);

/// A name by which a user finds the pod: a pod with a generateName has no name yet.
[[nodiscard]] std::string pod_name(const objects::PodMetadata& metadata);

/// "DaemonSet agent", or "no controller".
[[nodiscard]] std::string owner_name(const objects::PodMetadata& metadata);

}  // namespace everynode::admission
