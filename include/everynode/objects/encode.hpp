/// Our values as the JSON that Kubernetes reads.
#pragma once

#include <string>

#include "everynode/objects/affinity.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

/// Leaves out empty fields, as `omitempty` does.
[[nodiscard]] std::string to_json(const Toleration& toleration);
[[nodiscard]] std::string to_json(const Tolerations& tolerations);
[[nodiscard]] std::string to_json(const NodeSelectorRequirement& requirement);

}  // namespace everynode::objects
