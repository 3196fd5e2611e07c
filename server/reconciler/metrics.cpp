#include "metrics.hpp"

#include "everynode/serving/process_metrics.hpp"

namespace everynode::reconciler {
namespace {

const prometheus::Labels queue_name{{"name", "daemonset"}};

/// From half a millisecond to a minute.
const prometheus::Histogram::BucketBoundaries seconds_buckets{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                              0.25,   0.5,   1,      2.5,   5,    10,    30,   60};

prometheus::Histogram& queue_histogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add(queue_name, seconds_buckets);
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

/// Brings a counter up to a total that is counted elsewhere.
void catch_up(prometheus::Counter& counter, std::uint64_t total) {
  counter.Increment(static_cast<double>(total) - counter.Value());
}

std::string_view name_of(const daemonset::Action& action) {
  constexpr std::string_view names[] = {"adopt",           "release",         "create_pod",
                                        "delete_pod",      "relabel_pod",     "create_revision",
                                        "change_revision", "delete_revision", "restore_template"};
  static_assert(std::size(names) == std::variant_size_v<daemonset::Action>);
  return names[action.index()];
}

prometheus::Labels resource_label(const kube::Resource& resource) {
  return {{"resource", std::string(resource.plural)}};
}

}  // namespace

Metrics::Metrics(const std::string& version, const std::string& lease)
    : requests_(counters("rest_client_requests_total", "Requests to the API server, by HTTP status code and method.")),
      request_seconds_(prometheus::BuildHistogram()
                           .Name("rest_client_request_duration_seconds")
                           .Help("Time from a request to its answer, by verb.")
                           .Register(registry_)),
      actions_(counters("everynode_reconciler_actions_total", "Writes for DaemonSets, by action and result.")),
      lists_(counters("everynode_reconciler_list_pages_total", "Pages of lists asked for, by resource.")),
      watches_(counters("everynode_reconciler_watches_total", "Watches begun, by resource.")),
      watch_failures_(counters("everynode_reconciler_watch_failures_total",
                               "Lists and watches that failed, by resource and reason.")),
      undecodable_(counters("everynode_reconciler_undecodable_objects_total",
                            "Objects that could not be read and were left as last known, by resource.")),
      events_lost_(counters("everynode_reconciler_events_lost_total", "Events that were not written.").Add({})),
      went_back_(counters("everynode_reconciler_cluster_went_back_total",
                          "How often the cluster's state went back, as after the restore of a backup.")
                     .Add({})),
      queue_seconds_(queue_histogram(registry_, "workqueue_queue_duration_seconds",
                                     "Time that a DaemonSet waited to be worked on.")),
      work_seconds_(
          queue_histogram(registry_, "workqueue_work_duration_seconds", "Time that work on a DaemonSet took.")),
      depth_(gauge("workqueue_depth", "DaemonSets that wait to be worked on.", queue_name)),
      adds_(counters("workqueue_adds_total", "Times that a DaemonSet was queued.").Add(queue_name)),
      retries_(counters("workqueue_retries_total", "Times that a DaemonSet was queued again after a failure.")
                   .Add(queue_name)),
      nodes_(gauge("everynode_reconciler_nodes", "Nodes known.")),
      pods_(gauge("everynode_reconciler_pods", "Pods known: those of DaemonSets and those without a controller.")),
      daemon_sets_(gauge("everynode_reconciler_daemonsets", "DaemonSets known.")),
      rivalled_(gauge("everynode_reconciler_rivalled_daemonsets",
                      "DaemonSets left alone because another controller acts for them.")),
      leading_(gauge("leader_election_master_status", "1 while this process leads.", {{"name", lease}})),
      certificate_expiry_(prometheus::BuildGauge()
                              .Name("everynode_certificates_expiry_timestamp_seconds")
                              .Help("When the certificate in the Secret expires, as the leader saw it: ca or leaf.")
                              .Register(registry_)),
      certificate_renewals_(
          counters("everynode_certificates_renewals_total", "Certificates made, the first ones too: ca or leaf.")),
      certificate_bundle_writes_(
          counters("everynode_certificates_bundle_writes_total", "Times that the caBundle was written.")),
      certificate_bundle_undone_(counters("everynode_certificates_bundle_undone_total",
                                          "Times that somebody had undone what was written into the caBundle.")
                                     .Add({})),
      certificate_failures_(counters("everynode_certificates_failures_total",
                                     "Times that keeping the certificate ran into a new kind of trouble.")),
      certificates_failing_(gauge("everynode_certificates_failing",
                                  "1 while the leader cannot keep the certificate; the log says why.")) {
  gauge("everynode_build_info", "1, labelled with the version.", {{"version", version}}).Set(1);
}

prometheus::Gauge& Metrics::gauge(const char* name, const char* help, const prometheus::Labels& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

Metrics::Counters& Metrics::counters(const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_);
}

void Metrics::request(const kube::Request& request, unsigned status, std::chrono::nanoseconds time) {
  OfRequests& series = of_requests_[{request.verb, status}];
  if (series.answered == nullptr) {
    const std::string code = status == 0 ? "<error>" : std::to_string(status);
    series.answered = &requests_.Add({{"code", code}, {"method", std::string(request.method())}});
    series.seconds = &request_seconds_.Add({{"verb", std::string(name_of(request.verb))}}, seconds_buckets);
  }
  series.answered->Increment();
  series.seconds->Observe(seconds(time));
}

void Metrics::action(const daemonset::Action& action, bool ok) {
  prometheus::Counter*& series = of_actions_[{action.index(), ok}];
  if (series == nullptr) {
    series = &actions_.Add({{"action", std::string(name_of(action))}, {"result", ok ? "ok" : "failed"}});
  }
  series->Increment();
}

void Metrics::synced(std::chrono::nanoseconds waited, std::chrono::nanoseconds took) {
  queue_seconds_.Observe(seconds(waited));
  work_seconds_.Observe(seconds(took));
}

void Metrics::listed(const kube::Resource& resource) {
  lists_.Add(resource_label(resource)).Increment();
}

void Metrics::watched(const kube::Resource& resource) {
  watches_.Add(resource_label(resource)).Increment();
}

void Metrics::watch_failed(const kube::Resource& resource, protocol::WatchFailure failure) {
  prometheus::Labels labels = resource_label(resource);
  labels["reason"] = std::string(name_of(failure));
  watch_failures_.Add(labels).Increment();
}

void Metrics::undecodable(const kube::Resource& resource) {
  undecodable_.Add(resource_label(resource)).Increment();
}

void Metrics::went_back() {
  went_back_.Increment();
}

void Metrics::event_lost() {
  events_lost_.Increment();
}

void Metrics::certificate_expiry(const std::string& certificate, std::chrono::sys_seconds expires) {
  const auto time = static_cast<double>(expires.time_since_epoch().count());
  certificate_expiry_.Add({{"certificate", certificate}}).Set(time);
}

void Metrics::certificate_renewed(const std::string& certificate) {
  certificate_renewals_.Add({{"certificate", certificate}}).Increment();
}

void Metrics::certificate_bundle_written() {
  certificate_bundle_writes_.Add({}).Increment();
}

void Metrics::certificate_bundle_undone() {
  certificate_bundle_undone_.Increment();
}

void Metrics::certificate_failed() {
  certificate_failures_.Add({}).Increment();
}

void Metrics::shard(std::uint32_t index, bool owned) {
  if (shards_ == nullptr) {
    shards_ = &prometheus::BuildGauge()
                   .Name("everynode_reconciler_shard_owned")
                   .Help("1 while this process acts for the shard; of all replicas, one should.")
                   .Register(registry_);
  }
  shards_->Add({{"shard", std::to_string(index)}}).Set(owned ? 1 : 0);
}

std::string Metrics::text(const Levels& levels, std::vector<prometheus::MetricFamily> rollouts) {
  depth_.Set(static_cast<double>(levels.queue.depth));
  catch_up(adds_, levels.queue.adds);
  catch_up(retries_, levels.queue.retries);
  nodes_.Set(static_cast<double>(levels.nodes));
  pods_.Set(static_cast<double>(levels.pods));
  daemon_sets_.Set(static_cast<double>(levels.daemon_sets));
  rivalled_.Set(static_cast<double>(levels.rivalled));
  leading_.Set(levels.leading ? 1 : 0);
  certificates_failing_.Set(levels.certificates_failing ? 1 : 0);
  return serving::exposition(registry_, std::move(rollouts));
}

}  // namespace everynode::reconciler
