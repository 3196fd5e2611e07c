/// The reconciler's metrics for Prometheus. They have the names of Kubernetes' own controllers where these exist.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/kube/request.hpp"
#include "everynode/protocol/watch_machine.hpp"
#include "everynode/protocol/work_queue.hpp"

namespace everynode::reconciler {

/// Values that are read at a scrape, not counted.
struct Levels {
  protocol::WorkQueue::Figures queue;
  std::size_t nodes = 0;
  std::size_t pods = 0;
  std::size_t daemon_sets = 0;
  std::size_t rivalled = 0;  ///< DaemonSets left alone because of another controller
  bool leading = false;
  bool certificates_failing = false;  ///< whether keeping the webhook's certificate fails at the moment
};

/// Not thread-safe.
class Metrics {
 public:
  Metrics(const std::string& version, const std::string& lease);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// A request to the API server has ended; status 0: there was no answer.
  void request(const kube::Request& request, unsigned status, std::chrono::nanoseconds time);
  void action(const daemonset::Action& action, bool ok);
  void synced(std::chrono::nanoseconds waited, std::chrono::nanoseconds took);
  void listed(const kube::Resource& resource);
  void watched(const kube::Resource& resource);
  void watch_failed(const kube::Resource& resource, protocol::WatchFailure failure);
  void undecodable(const kube::Resource& resource);
  void event_lost();
  /// The cluster's state was put back.
  void went_back();
  /// `certificate` is "ca" or "leaf".
  void certificate_expiry(const std::string& certificate, std::chrono::sys_seconds expires);
  void certificate_renewed(const std::string& certificate);
  void certificate_bundle_written();
  void certificate_bundle_undone();
  void certificate_failed();

  /// Whether this process has the shard.
  void shard(std::uint32_t index, bool owned);

  /// The whole registry and the metrics of rollouts, in Prometheus' text format (version 0.0.4).
  [[nodiscard]] std::string text(const Levels& levels, std::vector<prometheus::MetricFamily> rollouts);

 private:
  using Counters = prometheus::Family<prometheus::Counter>;
  /// Of requests of one kind. To search for a series by its labels costs more than to count: there are two requests for
  /// each pod of a rollout.
  struct OfRequests {
    prometheus::Counter* answered = nullptr;
    prometheus::Histogram* seconds = nullptr;
  };

  prometheus::Gauge& gauge(const char* name, const char* help, const prometheus::Labels& labels = {});
  Counters& counters(const char* name, const char* help);

  prometheus::Registry registry_;
  prometheus::Family<prometheus::Gauge>* shards_ = nullptr;  ///< as soon as there are any
  Counters& requests_;
  prometheus::Family<prometheus::Histogram>& request_seconds_;
  std::map<std::pair<kube::Verb, unsigned>, OfRequests> of_requests_;  ///< with the answers' status
  Counters& actions_;
  std::map<std::pair<std::size_t, bool>, prometheus::Counter*> of_actions_;  ///< by index and result
  Counters& lists_;
  Counters& watches_;
  Counters& watch_failures_;
  Counters& undecodable_;
  prometheus::Counter& events_lost_;
  prometheus::Counter& went_back_;
  prometheus::Histogram& queue_seconds_;
  prometheus::Histogram& work_seconds_;
  prometheus::Gauge& depth_;
  prometheus::Counter& adds_;
  prometheus::Counter& retries_;
  prometheus::Gauge& nodes_;
  prometheus::Gauge& pods_;
  prometheus::Gauge& daemon_sets_;
  prometheus::Gauge& rivalled_;
  prometheus::Gauge& leading_;
  prometheus::Family<prometheus::Gauge>& certificate_expiry_;
  Counters& certificate_renewals_;
  Counters& certificate_bundle_writes_;
  prometheus::Counter& certificate_bundle_undone_;
  Counters& certificate_failures_;
  prometheus::Gauge& certificates_failing_;
};

}  // namespace everynode::reconciler
