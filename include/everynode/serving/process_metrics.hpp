/// The standard `process_*` metrics, read from /proc at the time of a scrape.
#pragma once

#include <prometheus/metric_family.h>
#include <prometheus/registry.h>

#include <string>
#include <vector>

namespace everynode::serving {

/// CPU seconds, resident bytes, open file descriptors and start time; 0 where /proc does not say.
[[nodiscard]] std::vector<prometheus::MetricFamily> process_metrics();

/// The metrics of a registry, those of the caller in `further`, and the process's own, in Prometheus' text format
/// (version 0.0.4).
[[nodiscard]] std::string exposition(const prometheus::Registry& registry,
                                     std::vector<prometheus::MetricFamily> further = {});

}  // namespace everynode::serving
