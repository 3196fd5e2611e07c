/// How far each DaemonSet is, for Prometheus: looked at when somebody asks.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::reconciler {

/// `everynode_daemonset_nodes`: nodes by namespace, daemonset and state, as `everynode explain` tells the states;
/// `everynode_daemonset_unavailable` and `everynode_daemonset_max_unavailable`: how much of the budget is used;
/// `everynode_daemonset_unavailable_by_reason` by what is wrong on them; and
/// `everynode_daemonset_rollout_seconds_since_progress`: how long a rollout has stood still.
[[nodiscard]] std::vector<prometheus::MetricFamily> rollout_metrics(const cache::Store& store, objects::Time now);

}  // namespace everynode::reconciler
