/// `everynode reconciler`: the DaemonSet controller and the keeping of the webhook's certificate, as a process.
#pragma once

#include "everynode/app/settings.hpp"

namespace everynode::app {

/// Runs until SIGTERM or SIGINT, or until it loses the lease. Returns the exit code: 0 after a signal, 1 when the lease
/// was lost. Throws std::runtime_error before it begins: nothing to do, a kubeconfig that cannot be used, an address in
/// use.
int run_reconciler(const ReconcilerSettings& settings);

}  // namespace everynode::app
