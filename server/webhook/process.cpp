#include "everynode/webhook/process.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <stdexcept>
#include <string>

#include "callers.hpp"
#include "decision_log.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/files/files.hpp"
#include "everynode/logging/version.hpp"
#include "everynode/net/published.hpp"
#include "everynode/net/self_probe.hpp"
#include "everynode/net/server.hpp"
#include "everynode/net/tls.hpp"
#include "everynode/serving/heap.hpp"
#include "everynode/serving/routes.hpp"
#include "everynode/serving/signals.hpp"
#include "file_descriptors.hpp"
#include "metrics.hpp"
#include "mutate.hpp"
#include "overlay_cache.hpp"
#include "readiness.hpp"
#include "rejection_log.hpp"

namespace everynode::webhook {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds file_poll{1000};
constexpr std::chrono::milliseconds probe_period{5000};
constexpr std::chrono::seconds heartbeat_tolerance{5};

cluster::Config cluster_of(const WebhookSettings& settings) {
  const cluster::Choice choice{.kubeconfig = settings.kubeconfig, .overrides = {}, .order = cluster::Order::pod_first};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

std::string to_text(const net::Endpoint& endpoint) {
  const bool v6 = endpoint.host.contains(':');
  return (v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port);
}

std::expected<net::KeyPair, std::string> read_key_pair(const WebhookSettings& settings) {
  auto chain = files::read_file(settings.certificate);
  if (!chain) return std::unexpected(chain.error());
  auto key = files::read_file(settings.key);
  if (!key) return std::unexpected(key.error());
  return net::KeyPair{.chain = std::move(*chain), .key = std::move(*key)};
}

/// Everything lives on the control loop, the caller's thread, except what workers share: the policy, the metrics and
/// the draining flag.
class Webhook {
 public:
  explicit Webhook(const WebhookSettings& settings)
      : settings_(settings),
        metrics_(std::string(logging::version())),
        callers_(control_.get_executor(), settings, metrics_),
        identity_(settings.tls_minimum, callers_.authorities() == nullptr ? net::ClientCertificates::not_asked
                                                                          : net::ClientCertificates::asked),
        key_files_({settings.certificate, settings.key}),
        config_file_({settings.config}) {
    policy_ = std::make_shared<const admission::Policy>(load_policy(settings.config, settings.network_unavailable));
    if (const auto loaded = load_certificate(); !loaded) throw std::runtime_error(loaded.error());
    if (settings.overlays) overlays_.emplace(control_.get_executor(), cluster_of(settings), known_, overlay_observer());
    publish_facts(std::unexpected("it has not been asked yet"));
    tls_server_.emplace(control_, tls_options());
    if (settings.metrics_listen) metrics_server_.emplace(control_, metrics_options());
  }

  int run() {
    logging::info("serving", {{"version", logging::version()},
                              {"listen", to_text(tls_server_->endpoint())},
                              {"metrics", metrics_server_ ? to_text(metrics_server_->endpoint()) : std::string("off")},
                              {"threads", std::int64_t{settings_.threads}}});
    if (!serving::ignores_hangups()) signals_.add(SIGHUP);
    await_signal();
    if (overlays_) overlays_->start();
    probe();
    heap_.trim();  // nobody has called yet: memory that we take from here on is for clients
    callers_.keep_up();
    watch_files();
    control_.run();
    return exit_code_;
  }

 private:
  net::ServerOptions tls_options() {
    net::ServerOptions options{.listen = settings_.listen,
                               .threads = settings_.threads,
                               .limits = settings_.limits,
                               .observer = observer(),
                               .make_handler = {},
                               .tls = &identity_,
                               .client_authorities = callers_.authorities()};
    if (callers_.asks()) options.make_gate = [this] { return callers_.make_gate(); };
    options.make_handler = [this] {
      auto mutate = std::make_shared<Mutate>(policy_, overlays_ ? &cluster_ : nullptr, metrics_, decided_);
      std::vector<serving::Route> routes = probes();
      routes.push_back({"POST", "/mutate", [mutate](const http::Request& request) { return (*mutate)(request); }});
      return serving::Router(std::move(routes), answered());
    };
    return options;
  }

  net::ServerOptions metrics_options() {
    net::ServerOptions options{
        .listen = *settings_.metrics_listen, .threads = 0, .limits = {}, .observer = {}, .make_handler = {}};
    options.limits.connections = metrics_connections;
    options.make_handler = [this] {
      std::vector<serving::Route> routes = probes();
      routes.push_back(
          {"GET", "/metrics", [this](const http::Request&) { return serving::metrics_page(metrics_.text()); }});
      return serving::Router(std::move(routes), answered());
    };
    return options;
  }

  std::vector<serving::Route> probes() {
    return {
        {"GET", "/healthz",
         [this](const http::Request&) { return serving::healthz(tls_server_->alive(heartbeat_tolerance)); }},
        {"GET", "/readyz", [this](const http::Request&) { return serving::readyz(readiness()); }},
    };
  }

  serving::Answered answered() {
    return [this](std::string_view path, http::Status status, std::chrono::nanoseconds handling) {
      metrics_.request(path, status, handling);
      if (status == http::Status::bad_request) rejections_.count("400");
    };
  }

  net::Observer observer() {
    return {
        .handshake =
            [this](bool ok, std::chrono::nanoseconds time) {
              metrics_.handshake(ok, time);
              if (!ok) rejections_.count_handshake();
            },
        .connections = [this](std::ptrdiff_t change) { metrics_.connections(change); },
        .refused =
            [this](std::string_view reason, const std::string& from) {
              metrics_.refused(reason);
              rejections_.count(reason, from);
            },
        .rejected =
            [this](http::Status status) {
              metrics_.rejected(status);
              const bool has_reason = status == http::Status::unauthorized || status == http::Status::forbidden;
              if (!has_reason) rejections_.count(std::to_string(static_cast<int>(status)));
            },
        .not_admitted = [this](std::string_view reason, const std::string& from) { rejections_.count(reason, from); }};
  }

  OverlayObserver overlay_observer() {
    return {.known =
                [this](std::size_t nodes, std::size_t overlays) {
                  metrics_.known(nodes, overlays);
                  if (waits_for_overlays_) publish_facts(self_probe_);
                },
            .failed =
                [this](std::string_view resource, const std::string& problem) {
                  metrics_.overlay_failure(resource);
                  logging::warning("what overlays need is not up to date",
                                   {{"resource", resource}, {"problem", problem}});
                },
            .looked_up = [this](Lookup result) { metrics_.looked_up(result); },
            .went_back =
                [this] {
                  metrics_.went_back();
                  logging::warning("the cluster's state went back, as after the restore of a backup; listing anew");
                }};
  }

  [[nodiscard]] std::vector<serving::Check> readiness() const {
    return check_readiness(*facts_.load(), net::seconds_now());
  }

  void publish_facts(std::expected<void, std::string> self_probe) {
    self_probe_ = std::move(self_probe);
    facts_ = std::make_shared<const ReadinessFacts>(ReadinessFacts{.draining = draining_,
                                                                   .not_before = identity_.facts().not_before,
                                                                   .not_after = identity_.facts().not_after,
                                                                   .overlays = missing_overlays(),
                                                                   .self_probe = self_probe_,
                                                                   .token_keys = callers_.keys()});
  }

  /// Once all was known, the webhook goes on with it, whatever becomes of the watches.
  std::optional<std::string> missing_overlays() {
    if (!overlays_) return std::nullopt;
    if (!waits_for_overlays_) return "";
    std::string problem = overlays_->not_ready();
    waits_for_overlays_ = !problem.empty();
    return problem;
  }

  // --- certificate and policy ---

  /// Puts the certificate in the files into force.
  [[nodiscard]] std::expected<void, std::string> load_certificate() {
    const auto pair = read_key_pair(settings_);
    if (!pair) return std::unexpected(pair.error());
    const auto now = net::seconds_now();
    const auto facts = identity_.exchange(*pair, now);
    if (!facts) {
      return std::unexpected(settings_.certificate.string() + ", " + settings_.key.string() + ": " + facts.error());
    }
    metrics_.certificate_expiry(facts->not_after);
    const std::int64_t hours = std::chrono::floor<std::chrono::hours>(facts->not_after - now).count();
    logging::info("certificate in force", {{"sha256", facts->fingerprint}, {"hours_left", hours}});
    logged_expiry_ = false;
    log_expiry();
    return {};
  }

  /// Logs once per certificate, also if it expires while we serve it.
  void log_expiry() {
    if (logged_expiry_ || net::seconds_now() < identity_.facts().not_after) return;
    logged_expiry_ = true;
    logging::error("the certificate has expired: not ready until it is renewed",
                   {{"file", settings_.certificate.native()}});
  }

  /// Tries a certificate that cannot be used again each second: a file may become readable, and a certificate may
  /// become valid. Logs each problem once.
  void reload_certificate(bool changed) {
    auto loaded = load_certificate();
    const bool news = changed || loaded != certificate_;
    if (news) metrics_.reload("certificate", loaded.has_value());
    if (news && !loaded)
      logging::error("the new certificate is not used; the old one stays in force", {{"problem", loaded.error()}});
    certificate_ = std::move(loaded);
    publish_facts(self_probe_);
  }

  [[nodiscard]] std::expected<void, std::string> put_policy_in_force() try {
    policy_ = std::make_shared<const admission::Policy>(load_policy(settings_.config, settings_.network_unavailable));
    return {};
  } catch (const std::exception& error) {
    return std::unexpected(error.what());
  }

  void reload_policy(bool changed) {
    auto loaded = put_policy_in_force();
    const bool news = changed || loaded != policy_file_;
    if (news) metrics_.reload("config", loaded.has_value());
    if (news && loaded) logging::info("policy in force", {{"file", settings_.config.native()}});
    if (news && !loaded)
      logging::error("the new policy is not used; the old one stays in force", {{"problem", loaded.error()}});
    policy_file_ = std::move(loaded);
  }

  void check_files() {
    const bool new_keys = key_files_.changed();
    if (new_keys || !certificate_) reload_certificate(new_keys);
    const bool new_policy = !settings_.config.empty() && config_file_.changed();
    if (new_policy || !policy_file_) reload_policy(new_policy);
    callers_.keep_up();
    if (overlays_) {
      for (const Followed& one : overlays_->followed()) metrics_.overlay_watch(one.resource, one.current);
    }
    publish_facts(self_probe_);
    log_expiry();
  }

  void watch_files() {
    files_timer_.expires_after(file_poll);
    files_timer_.async_wait([this](boost::system::error_code error) {
      if (error) return;
      check_files();
      if (const auto reasons = rejections_.due(RejectionLog::Clock::now()))
        logging::warning("clients were turned away", {{"reasons", *reasons}});
      heap_.trim();
      watch_files();
    });
  }

  // --- readiness ---

  void probe() {
    net::self_probe(control_, tls_server_->endpoint(), identity_, [this](std::expected<void, std::string> answer) {
      if (answer != self_probe_) {
        if (answer) logging::info("ready");
        if (!answer) logging::warning("not ready: our own listener fails", {{"problem", answer.error()}});
      }
      publish_facts(std::move(answer));
      if (draining_) return;
      probe_timer_.expires_after(probe_period);
      probe_timer_.async_wait([this](boost::system::error_code error) {
        if (!error) probe();
      });
    });
  }

  // --- the end ---

  void await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (draining_) {
        logging::warning("second signal: ending at once", {{"signal", std::int64_t{signal}}});
        exit_code_ = 1;
        return control_.stop();
      }
      drain(signal);
      await_signal();
    });
  }

  /// Readiness fails first, so that no new clients come; existing clients are served, and their connections end one by
  /// one; then the listener closes.
  void drain(int signal) {
    logging::info("draining",
                  {{"signal", std::int64_t{signal}}, {"delay_s", std::int64_t{settings_.drain_delay.count()}}});
    draining_ = true;
    publish_facts(self_probe_);
    metrics_.draining();
    tls_server_->retire_connections();
    probe_timer_.cancel();
    drain_timer_.expires_after(settings_.drain_delay);
    drain_timer_.async_wait([this](boost::system::error_code) {
      tls_server_->stop(settings_.drain_timeout, [this](std::size_t cut) {
        logging::info("drained", {{"cut", static_cast<std::int64_t>(cut)}});
        if (overlays_) overlays_->stop();
        exit_code_ = cut == 0 ? 0 : 1;
        control_.stop();
      });
    });
  }

  const WebhookSettings& settings_;
  int exit_code_ = 0;
  bool draining_ = false;
  std::expected<void, std::string> self_probe_;
  std::expected<void, std::string> certificate_;  ///< whether the pair in the files is in force, or why not
  std::expected<void, std::string> policy_file_;  ///< the same of the policy
  bool logged_expiry_ = false;
  bool waits_for_overlays_ = true;

  // Shared with the workers.
  Metrics metrics_;
  RejectionLog rejections_;
  serving::HeapTrimmer heap_;
  SharedPolicy policy_;
  SharedKnown known_;
  const Cluster cluster_{
      .known = known_,
      .find_node = [this](std::string name, std::chrono::milliseconds patience, NodeQuestions::Told told) {
        overlays_->find(std::move(name), patience, std::move(told));
      }};
  const DecisionSink decided_ = log_decision;
  net::Published<ReadinessFacts> facts_;

  asio::io_context control_{1};
  Callers callers_;
  net::TlsIdentity identity_;
  files::WatchedFiles key_files_;
  files::WatchedFiles config_file_;

  asio::signal_set signals_{control_, SIGTERM, SIGINT};
  asio::steady_timer files_timer_{control_};
  asio::steady_timer probe_timer_{control_};
  asio::steady_timer drain_timer_{control_};
  std::optional<OverlayCache> overlays_;
  std::optional<net::Server> tls_server_;
  std::optional<net::Server> metrics_server_;
};

}  // namespace

int run_webhook(const WebhookSettings& wanted) {
  serving::ignore_broken_pipes();
  serving::keep_no_large_blocks();
  const logging::Output output(wanted.log_format, wanted.log_level);
  const std::size_t descriptors = raise_file_descriptors();
  WebhookSettings settings = wanted;
  settings.limits.connections = connections_within(descriptors, wanted.limits.connections);
  if (settings.limits.connections < wanted.limits.connections) {
    logging::warning("fewer connections than wanted: the limit of file descriptors is too low",
                     {{"limit", static_cast<std::int64_t>(descriptors)},
                      {"connections", static_cast<std::int64_t>(settings.limits.connections)}});
  }
  Webhook webhook(settings);
  return webhook.run();
}

}  // namespace everynode::webhook
