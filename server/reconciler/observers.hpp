/// Logs and counts what the reconciler's parts do. Private to `reconciler`.
#pragma once

#include "everynode/cluster/certificate_loop.hpp"
#include "metrics.hpp"
#include "reconcile_loop.hpp"

namespace everynode::reconciler {

// The metrics must live as long as the observer is used.
[[nodiscard]] ReconcileLoopObserver reconcile_loop_observer(Metrics& metrics);
[[nodiscard]] cluster::CertificateObserver certificate_observer(Metrics& metrics);

}  // namespace everynode::reconciler
