/// What the verbs that ask a cluster have in common: about which DaemonSet, and how to reach the cluster. As kubectl's.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

/// TYPE/NAME or TYPE NAME; `name` gets the DaemonSet's name.
void add_target(CLI::App& verb, std::string& name);

/// The same, or with -A, --all-namespaces a TYPE alone, for all that there are.
void add_target_or_all(CLI::App& verb, inspection::Target& target);

/// -n, --kubeconfig, --context, --cluster and --user.
void add_cluster(CLI::App& verb, inspection::Target& settings);

}  // namespace everynode::cli
