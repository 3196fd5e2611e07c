/// Reads from kubectl's preferences which credential plugins may run. Private to `cluster`.
#pragma once

#include <expected>
#include <string>

#include "everynode/cluster/config.hpp"
#include "everynode/kubeconfig/plugin_policy.hpp"

namespace everynode::cluster {

/// Reads the file that KUBERC names, or ~/.kube/kuberc if it exists. The error is one line: file, field, what to do.
[[nodiscard]] std::expected<kubeconfig::PluginPolicy, std::string> read_kuberc(const Environment& environment);

}  // namespace everynode::cluster
