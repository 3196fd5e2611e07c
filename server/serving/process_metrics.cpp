#include "everynode/serving/process_metrics.hpp"

#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "everynode/serving/heap.hpp"

namespace everynode::serving {
namespace {

const auto started = std::chrono::system_clock::now();

prometheus::MetricFamily family(std::string name, std::string help, prometheus::MetricType type, double value) {
  prometheus::ClientMetric metric;
  if (type == prometheus::MetricType::Counter) metric.counter.value = value;
  if (type == prometheus::MetricType::Gauge) metric.gauge.value = value;
  return {std::move(name), std::move(help), type, {metric}};
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double open_descriptors() {
  std::error_code error;
  const std::filesystem::directory_iterator entries("/proc/self/fd", error);
  return error ? 0 : static_cast<double>(std::distance(begin(entries), end(entries)));
}

}  // namespace

std::vector<prometheus::MetricFamily> process_metrics() {
  using prometheus::MetricType;
  const std::chrono::duration<double> start = started.time_since_epoch();
  return {
      family("process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", MetricType::Counter,
             cpu_seconds()),
      family("process_resident_memory_bytes", "Resident memory size in bytes.", MetricType::Gauge,
             static_cast<double>(resident_bytes())),
      family("process_open_fds", "Number of open file descriptors.", MetricType::Gauge, open_descriptors()),
      family("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", MetricType::Gauge,
             start.count()),
  };
}

std::string exposition(const prometheus::Registry& registry, std::vector<prometheus::MetricFamily> further) {
  auto families = registry.Collect();
  for (auto more : {std::move(further), process_metrics()}) {
    families.insert(families.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace everynode::serving
