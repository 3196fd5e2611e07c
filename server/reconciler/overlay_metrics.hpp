/// What has become of overlays, for Prometheus: computed at a scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "everynode/cache/store.hpp"

namespace everynode::reconciler {

/// For each DaemonSet: `everynode_daemonset_pods_unmutated` and `everynode_daemonset_pods_outdated_by_overlays`. For
/// each overlay, as its status tells: `everynode_overlay_pods` by state. Empty if the store audits no pods.
[[nodiscard]] std::vector<prometheus::MetricFamily> overlay_metrics(const cache::Store& store);

}  // namespace everynode::reconciler
