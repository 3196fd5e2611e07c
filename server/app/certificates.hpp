/// What is logged and counted of the keeping of the webhook's certificate. Private to `app`.
#pragma once

#include "everynode/cluster/certificate_loop.hpp"
#include "everynode/controller/metrics.hpp"

namespace everynode::app {

/// The metrics must live as long as the observer is used.
[[nodiscard]] cluster::CertificateObserver certificate_observer(controller::Metrics& metrics);

}  // namespace everynode::app
