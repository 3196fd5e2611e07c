/// The progress of each DaemonSet, for Prometheus: computed at a scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::reconciler {

/// `everynode_daemonset_nodes`: nodes by namespace, daemonset and state, with the states of `everynode explain`;
/// `everynode_daemonset_unavailable` and `everynode_daemonset_max_unavailable`: how much of the budget is used;
/// `everynode_daemonset_unavailable_by_reason`: nodes by what is wrong there;
/// `everynode_daemonset_rollout_seconds_since_progress`: how long a rollout has made no progress.
[[nodiscard]] std::vector<prometheus::MetricFamily> rollout_metrics(const cache::Store& store, objects::Time now);

}  // namespace everynode::reconciler
