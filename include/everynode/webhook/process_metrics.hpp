/// The standard `process_*` metrics, read from /proc at the time of a scrape.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace everynode::webhook {

/// CPU seconds, resident bytes, open file descriptors and start time; 0 where /proc does not tell.
[[nodiscard]] std::vector<prometheus::MetricFamily> process_metrics();

}  // namespace everynode::webhook
