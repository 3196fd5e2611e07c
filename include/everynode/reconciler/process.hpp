/// `everynode reconciler`: the DaemonSet controller and the loop that keeps the webhook's certificate, as a process.
#pragma once

#include "everynode/reconciler/settings.hpp"

namespace everynode::reconciler {

/// Runs until SIGTERM or SIGINT, or until it loses the lease. Returns the exit code: 0 after a signal, 1 after a lost
/// lease. Throws std::runtime_error before it begins: nothing to do, a kubeconfig that cannot be used, an address in
/// use.
int run_reconciler(const ReconcilerSettings& settings);

}  // namespace everynode::reconciler
