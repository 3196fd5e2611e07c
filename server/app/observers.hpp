/// What is logged and counted of what the reconciler's parts see and do. Private to `app`.
#pragma once

#include "everynode/cluster/certificate_loop.hpp"
#include "everynode/controller/controller.hpp"
#include "everynode/controller/metrics.hpp"

namespace everynode::app {

// The metrics must live as long as the observer is used.
[[nodiscard]] controller::ControllerObserver controller_observer(controller::Metrics& metrics);
[[nodiscard]] cluster::CertificateObserver certificate_observer(controller::Metrics& metrics);

}  // namespace everynode::app
