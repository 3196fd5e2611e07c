/// The names of what a cluster has, for whoever completes a command line.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "everynode/inspection/inspector.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::inspection {

/// The names of the first 500 objects of a resource, in the namespace that `settings` choose if `in_namespace`. Only
/// what can be a name: shells read it. Waits `patience` for each step and asks nobody for a password. Throws
/// std::runtime_error if the cluster cannot be asked.
[[nodiscard]] std::vector<std::string> names(const Target& settings, const kube::Resource& resource, bool in_namespace,
                                             std::chrono::seconds patience);

}  // namespace everynode::inspection
