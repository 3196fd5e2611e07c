#include "metrics.hpp"

#include <utility>

#include "everynode/serving/process_metrics.hpp"

namespace everynode::webhook {
namespace {

using admission::Reason;
using admission::Result;

/// From 50 microseconds, a usual handling time, to 10 seconds, which nothing may take.
const prometheus::Histogram::BucketBoundaries seconds_buckets{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                              0.01,    0.025,  0.05,    0.1,    0.5,   1,      10};

/// Every possible outcome, so that each is exposed as 0 before it first happens.
constexpr std::pair<Result, Reason> outcomes[] = {
    {Result::patched, Reason::target_found},     {Result::patched, Reason::no_target},
    {Result::unchanged, Reason::target_found},   {Result::unchanged, Reason::no_target},
    {Result::skipped, Reason::not_pod_creation}, {Result::skipped, Reason::mirror_pod},
    {Result::skipped, Reason::no_daemon_set},    {Result::failed, Reason::unreadable_pod},
    {Result::failed, Reason::too_large},         {Result::failed, Reason::patch_refused},
};

using authentication::Credential;
using authentication::Outcome;

/// The same for clients that show who they are.
constexpr std::pair<Credential, Outcome> callers[] = {
    {Credential::none, Outcome::missing},          {Credential::certificate, Outcome::allowed},
    {Credential::certificate, Outcome::untrusted}, {Credential::certificate, Outcome::not_allowed},
    {Credential::token, Outcome::allowed},         {Credential::token, Outcome::malformed},
    {Credential::token, Outcome::no_keys},         {Credential::token, Outcome::unknown_key},
    {Credential::token, Outcome::bad_signature},   {Credential::token, Outcome::wrong_issuer},
    {Credential::token, Outcome::wrong_audience},  {Credential::token, Outcome::outdated},
    {Credential::token, Outcome::not_allowed},
};

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Gauge& gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Histogram& histogram(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry).Add({}, seconds_buckets);
}

std::string code(http::Status status) {
  return std::to_string(static_cast<int>(status));
}

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Metrics::Metrics(const std::string& version)
    : requests_(
          counters(registry_, "everynode_webhook_requests_total", "Requests answered, by path and HTTP status code.")),
      mutations_(counters(registry_, "everynode_webhook_mutations_total",
                          "Decisions on admission requests, by result and reason.")),
      handshakes_(counters(registry_, "everynode_webhook_tls_handshakes_total", "TLS handshakes, by result.")),
      refused_(counters(registry_, "everynode_webhook_connections_refused_total",
                        "Connections closed for want of room or because the client took too long, by reason.")),
      reloads_(counters(registry_, "everynode_webhook_reloads_total",
                        "Changed files that were read again, by file and result.")),
      callers_(counters(registry_, "everynode_webhook_callers_total",
                        "Requests for mutations by what their clients showed, and by what that was worth; only where "
                        "clients are asked who they are.")),
      overlay_failures_(counters(registry_, "everynode_webhook_overlay_watch_failures_total",
                                 "Failed lists and watches of what overlays need, and objects that cannot be read, by "
                                 "resource.")),
      overlays_(
          counters(registry_, "everynode_webhook_overlays_total",
                   "Overlays that were put into pods, and that were left out of pods that they select, as that "
                   "has no such container yet (no_container) or otherwise (left_out); pods that came before "
                   "overlays were known (not_known). A pod counts for each call about it, but not for dry runs.")),
      lookups_(counters(registry_, "everynode_webhook_node_lookups_total",
                        "Pods that waited for a node that was not known yet, by what became of it.")),
      overlay_watches_(prometheus::BuildGauge()
                           .Name("everynode_webhook_overlay_watch_current")
                           .Help("1 while the webhook learns at once of changes of what overlays need, by resource.")
                           .Register(registry_)),
      handling_(
          histogram(registry_, "everynode_webhook_handling_seconds", "Time from a complete request to its answer.")),
      handshake_(histogram(registry_, "everynode_webhook_tls_handshake_seconds", "Time of a TLS handshake.")),
      operations_(
          counters(registry_, "everynode_webhook_patch_operations_total", "JSON Patch operations sent.").Add({})),
      connections_(gauge(registry_, "everynode_webhook_connections", "Open connections.")),
      expiry_(gauge(registry_, "everynode_webhook_certificate_expiry_timestamp_seconds",
                    "When the serving certificate ends.")),
      draining_(gauge(registry_, "everynode_webhook_draining", "1 from the signal to stop until the process ends.")),
      known_nodes_(gauge(registry_, "everynode_webhook_known_nodes", "Nodes that pods can be fitted to.")),
      known_overlays_(gauge(registry_, "everynode_webhook_known_overlays", "DaemonSetOverlays of all namespaces.")),
      fitted_(overlays_.Add({{"result", "applied"}})),
      left_out_(overlays_.Add({{"result", "left_out"}})),
      no_container_(overlays_.Add({{"result", "no_container"}})),
      not_known_(overlays_.Add({{"result", "not_known"}})),
      went_back_(counters(registry_, "everynode_webhook_cluster_went_back_total",
                          "Times that the API server's state went back, as after the restore of a backup.")
                     .Add({})),
      mutate_ok_(requests_.Add({{"path", "/mutate"}, {"code", "200"}})) {
  for (const auto& [result, reason] : outcomes) {
    const prometheus::Labels labels{{"result", std::string(name_of(result))}, {"reason", std::string(name_of(reason))}};
    mutation_[static_cast<std::size_t>(result)][static_cast<std::size_t>(reason)] = &mutations_.Add(labels);
  }
  for (const auto& [credential, outcome] : callers) {
    const prometheus::Labels labels{{"credential", std::string(name_of(credential))},
                                    {"result", std::string(name_of(outcome))}};
    caller_[static_cast<std::size_t>(credential)][static_cast<std::size_t>(outcome)] = &callers_.Add(labels);
  }
  for (const char* resource : {"daemonsetoverlays", "nodes", "priorityclasses"})
    overlay_failures_.Add({{"resource", resource}});
  for (const Lookup lookup : lookups) lookups_.Add({{"result", std::string(name_of(lookup))}});
  prometheus::BuildGauge()
      .Name("everynode_build_info")
      .Help("1, labelled with the version.")
      .Register(registry_)
      .Add({{"version", version}}, 1);
}

void Metrics::request(std::string_view path, http::Status status, std::chrono::nanoseconds handling) {
  const bool usual = path == "/mutate" && status == http::Status::ok;
  auto& counter = usual ? mutate_ok_ : requests_.Add({{"path", std::string(path)}, {"code", code(status)}});
  counter.Increment();
  handling_.Observe(seconds(handling));
}

void Metrics::mutation(const admission::Decision& decision, bool dry_run) {
  mutation_.at(static_cast<std::size_t>(decision.result)).at(static_cast<std::size_t>(decision.reason))->Increment();
  if (decision.fit && !dry_run) {
    fitted_.Increment(static_cast<double>(decision.fit->contributions.size()));
    for (const overlay::Refusal& one : decision.fit->refusals)
      (one.lacks_container ? no_container_ : left_out_).Increment();
  }
  if (decision.operations() > 0) operations_.Increment(static_cast<double>(decision.operations()));
}

void Metrics::handshake(bool ok, std::chrono::nanoseconds time) {
  handshakes_.Add({{"result", ok ? "ok" : "failed"}}).Increment();
  if (ok) handshake_.Observe(seconds(time));
}

void Metrics::connections(std::ptrdiff_t change) {
  connections_.Increment(static_cast<double>(change));
}

void Metrics::refused(std::string_view reason) {
  refused_.Add({{"reason", std::string(reason)}}).Increment();
}

void Metrics::rejected(http::Status status) {
  requests_.Add({{"path", "unread"}, {"code", code(status)}}).Increment();
}

void Metrics::caller(authentication::Credential credential, authentication::Outcome outcome) {
  caller_.at(static_cast<std::size_t>(credential)).at(static_cast<std::size_t>(outcome))->Increment();
}

void Metrics::certificate_expiry(std::chrono::sys_seconds not_after) {
  expiry_.Set(static_cast<double>(not_after.time_since_epoch().count()));
}

void Metrics::reload(std::string_view file, bool ok) {
  reloads_.Add({{"file", std::string(file)}, {"result", ok ? "ok" : "failed"}}).Increment();
}

void Metrics::known(std::size_t nodes, std::size_t overlays) {
  known_nodes_.Set(static_cast<double>(nodes));
  known_overlays_.Set(static_cast<double>(overlays));
}

void Metrics::overlay_failure(std::string_view resource) {
  overlay_failures_.Add({{"resource", std::string(resource)}}).Increment();
}

void Metrics::overlay_watch(std::string_view resource, bool current) {
  overlay_watches_.Add({{"resource", std::string(resource)}}).Set(current ? 1 : 0);
}

void Metrics::overlays_not_known() {
  not_known_.Increment();
}

void Metrics::looked_up(Lookup result) {
  lookups_.Add({{"result", std::string(name_of(result))}}).Increment();
}

void Metrics::went_back() {
  went_back_.Increment();
}

void Metrics::draining() {
  draining_.Set(1);
}

std::string Metrics::text() const {
  return serving::exposition(registry_);
}

}  // namespace everynode::webhook
