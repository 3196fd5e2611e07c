#include "everynode/reconciler/process.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iterator>
#include <random>
#include <stdexcept>

#include "clock.hpp"
#include "everynode/cluster/certificate_loop.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/cluster/elector.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/logging/version.hpp"
#include "everynode/net/server.hpp"
#include "everynode/serving/routes.hpp"
#include "everynode/serving/signals.hpp"
#include "metrics.hpp"
#include "observers.hpp"
#include "overlay_metrics.hpp"
#include "policy_metrics.hpp"
#include "reconcile_loop.hpp"
#include "rollout_metrics.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;

/// How long requests under way may take to end.
constexpr std::chrono::seconds shutdown_grace{5};
constexpr std::chrono::milliseconds shutdown_poll{20};

std::uint64_t random_seed() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

/// Different for each process, also for the next one on this host.
std::string identity(std::uint64_t seed) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + "_" + std::to_string(seed);
}

cluster::Config configuration(const ReconcilerSettings& settings) {
  const cluster::Choice choice{.kubeconfig = settings.kubeconfig, .overrides = {}, .order = cluster::Order::pod_first};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

/// Refuses settings that cannot work.
void check(const ReconcilerSettings& settings) {
  if (settings.effective_mode() == Mode::certificates && !settings.certificates) {
    throw std::runtime_error(
        "nothing to do: set --take-over=true to act for DaemonSets, or --certificate-secret, --certificate-service and "
        "--certificate-webhook to keep the webhook's certificate");
  }
  if (!settings.certificates) return;
  if (const auto valid = protocol::check(settings.certificate_settings); !valid)
    throw std::runtime_error(valid.error());
}

/// Everything lives on one event loop, the caller's thread.
class Reconciler {
 public:
  explicit Reconciler(const ReconcilerSettings& settings)
      : settings_(settings),
        config_(configuration(settings)),
        lease_{.namespace_ = lease_namespace(), .name = settings.lease_name},
        metrics_(std::string(logging::version()), settings.lease_name),
        client_(loop_.get_executor(), config_, client_options(), client_observer()),
        election_client_(loop_.get_executor(), config_, election_options(), client_observer()),
        elector_(loop_.get_executor(), election_client_, lease_settings(), elector_observer(), seed_) {
    if (settings.effective_mode() != Mode::certificates)
      reconcile_loop_.emplace(loop_.get_executor(), client_, reconcile_loop_settings(),
                              reconcile_loop_observer(metrics_), seed_);
    if (settings.certificates) {
      certificates_.emplace(loop_.get_executor(), client_, *settings.certificates, settings.certificate_settings,
                            certificate_observer(metrics_));
    }
    if (settings.metrics_listen) server_.emplace(loop_, server_options());
  }

  int run() {
    logging::info("reconciling", {{"version", logging::version()},
                                  {"cluster", config_.address()},
                                  {"config", config_.source},
                                  {"daemonsets", daemonsets_are()},
                                  {"certificate", certificates_ ? "kept" : "not kept"}});
    if (!serving::ignores_hangups()) signals_.add(SIGHUP);
    await_signal();
    if (reconcile_loop_) reconcile_loop_->start();
    if (settings_.leader_elect) {
      cluster::spawn(loop_.get_executor(), elector_.run());
    } else {
      start_leading();
    }
    loop_.run();
    return exit_code_;
  }

 private:
  [[nodiscard]] std::string_view daemonsets_are() const {
    switch (settings_.effective_mode()) {
      case Mode::takeover:
        return "taken over";
      case Mode::companion:
        return "rolled out by policies, beside their controller";
      case Mode::certificates:
        return "left to their controller";
    }
    return "";
  }

  [[nodiscard]] std::string lease_namespace() const {
    if (!settings_.lease_namespace.empty()) return settings_.lease_namespace;
    return config_.namespace_.empty() ? "kube-system" : config_.namespace_;
  }

  [[nodiscard]] static std::string user_agent() {
    return std::string(objects::field_manager) + "/" + std::string(logging::version());
  }

  [[nodiscard]] cluster::ClientOptions client_options() const {
    return {.connections = settings_.connections, .user_agent = user_agent()};
  }

  /// A lease that is not renewed in time is lost: its requests must not wait behind others, and not for long.
  [[nodiscard]] cluster::ClientOptions election_options() const {
    return {.connections = 2,
            .request_timeout = std::max(std::chrono::seconds(1), settings_.renew_deadline / 2),
            .user_agent = user_agent(),
            .identity = client_.identity()};
  }

  cluster::ClientObserver client_observer() {
    return {.answered = [this](const kube::Request& request, unsigned status, std::chrono::nanoseconds time) {
      metrics_.request(request, status, time);
    }};
  }

  [[nodiscard]] ReconcileLoopSettings reconcile_loop_settings() const {
    const auto conditions =
        settings_.status_conditions ? daemonset::WriteConditions::yes : daemonset::WriteConditions::no;
    ReconcileLoopSettings settings{.minds_nodes = settings_.mind_nodes,
                                   .startup_taint = settings_.startup_taint,
                                   .concurrent_syncs = settings_.concurrent_syncs,
                                   .conditions = conditions,
                                   .overlays = settings_.overlays};
    if (settings_.effective_mode() == Mode::companion) {
      settings.mode = daemonset::Mode::companion;
      settings.component = objects::field_manager;
    }
    return settings;
  }

  [[nodiscard]] protocol::LeaseSettings lease_settings() const {
    return {.lease = lease_,
            .identity = identity(seed_),
            .lease_duration = settings_.lease_duration,
            .renew_deadline = settings_.renew_deadline,
            .retry_period = settings_.retry_period};
  }

  // --- what is logged and counted ---

  cluster::ElectorObserver elector_observer() {
    cluster::ElectorObserver observer;
    observer.started_leading = [this] { start_leading(); };
    observer.stopped_leading = [this] { stop_leading(); };
    observer.new_leader = [](const std::string& leader) { logging::info("leader", {{"identity", leader}}); };
    observer.failed = [](const std::string& problem) {
      logging::warning("leader election failed, trying again", {{"problem", problem}});
    };
    observer.went_back = [this] {
      if (reconcile_loop_) reconcile_loop_->start_over();
    };
    return observer;
  }

  [[nodiscard]] Levels levels() const {
    Levels levels{.queue = {}, .leading = leads()};
    levels.certificates_failing = certificates_ && !certificates_->problem().empty();
    if (!reconcile_loop_) return levels;
    levels.queue = reconcile_loop_->queue();
    levels.nodes = reconcile_loop_->store().nodes().size();
    levels.pods = reconcile_loop_->store().pods();
    levels.daemon_sets = reconcile_loop_->store().states().size();
    levels.rivalled = reconcile_loop_->rivalled();
    return levels;
  }

  [[nodiscard]] std::string metrics_text() {
    const objects::Time instant = now();
    std::vector<prometheus::MetricFamily> rollouts;
    if (reconcile_loop_) {
      rollouts = rollout_metrics(reconcile_loop_->store(), instant);
      auto by_policies = policy_metrics_.collect(reconcile_loop_->store(), instant);
      rollouts.insert(rollouts.end(), std::move_iterator(by_policies.begin()), std::move_iterator(by_policies.end()));
      auto by_overlays = overlay_metrics(reconcile_loop_->store());
      rollouts.insert(rollouts.end(), std::move_iterator(by_overlays.begin()), std::move_iterator(by_overlays.end()));
    }
    return metrics_.text(levels(), std::move(rollouts));
  }

  // --- the port for probes and metrics ---

  net::ServerOptions server_options() {
    net::ServerOptions options{
        .listen = *settings_.metrics_listen, .threads = 0, .limits = {}, .observer = {}, .make_handler = {}};
    options.make_handler = [this] {
      std::vector<serving::Route> routes{
          {"GET", "/healthz", [](const http::Request&) { return serving::healthz(true); }},  // one loop does everything
          {"GET", "/readyz", [this](const http::Request&) { return serving::readyz(readiness()); }},
          {"GET", "/metrics", [this](const http::Request&) { return serving::metrics_page(metrics_text()); }}};
      return serving::Router(std::move(routes), [](std::string_view, http::Status, std::chrono::nanoseconds) {});
    };
    return options;
  }

  /// A replica that waits for the lease is ready too: it has everything that it needs to take over.
  [[nodiscard]] std::vector<serving::Check> readiness() const {
    std::vector<serving::Check> checks;
    if (reconcile_loop_) {
      std::string watches = reconcile_loop_->problem();
      if (watches.empty() && !reconcile_loop_->synced()) watches = "the first lists are not complete yet";
      checks.push_back({.name = "watches", .problem = std::move(watches)});
    }
    if (certificates_) checks.push_back({.name = "certificate", .problem = certificates_->problem()});
    checks.push_back({.name = "stopping", .problem = stopping_ ? "the process is about to end" : ""});
    return checks;
  }

  // --- leading ---

  [[nodiscard]] bool leads() const { return !stopping_ && (!settings_.leader_elect || elector_.leads()); }

  void start_leading() {
    logging::info("leading", {{"lease", settings_.leader_elect ? to_text(lease_) : std::string("none")}});
    const auto may_act = [this] { return leads(); };
    if (reconcile_loop_) reconcile_loop_->lead(may_act);
    if (certificates_) certificates_->lead(may_act);
  }

  void stop_leading() {
    if (stopping_) return;
    logging::error("the lease was lost: ending, to start afresh", {{"lease", to_text(lease_)}});
    exit_code_ = 1;
    loop_.stop();
  }

  // --- the end ---

  void await_signal() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (error) return;
      if (stopping_) {
        logging::warning("second signal: ending at once", {{"signal", std::int64_t{signal}}});
        exit_code_ = 1;
        return loop_.stop();
      }
      logging::info("stopping", {{"signal", std::int64_t{signal}}});
      stopping_ = true;
      if (reconcile_loop_) reconcile_loop_->stop();
      if (certificates_) certificates_->stop();
      last_moment_ = std::chrono::steady_clock::now() + shutdown_grace;
      shut_down();
      await_signal();
    });
  }

  /// Gives the lease back once no request of ours is under way, so that the next leader can act at once. If a request
  /// hangs, keeps the lease: whatever the API server still does with the request is over when the lease is.
  void shut_down() {
    const auto now = std::chrono::steady_clock::now();
    if (idle()) {
      if (!settings_.leader_elect) return loop_.stop();
      if (!std::exchange(released_, true)) {
        elector_.release();
        last_moment_ = now + shutdown_grace;
      }
      if (elector_.finished()) return loop_.stop();
    }
    if (now >= last_moment_) {
      logging::warning("ending without an answer to what is on its way", {{"lease", to_text(lease_)}});
      return loop_.stop();
    }
    leave_timer_.expires_after(shutdown_poll);
    leave_timer_.async_wait([this](boost::system::error_code error) {
      if (!error) shut_down();
    });
  }

  /// Whether no request of ours is under way.
  [[nodiscard]] bool idle() const {
    return (!reconcile_loop_ || reconcile_loop_->idle()) && (!certificates_ || certificates_->idle());
  }

  const ReconcilerSettings& settings_;
  const std::uint64_t seed_ = random_seed();
  const cluster::Config config_;
  const kube::ObjectKey lease_;
  int exit_code_ = 0;
  bool stopping_ = false;
  bool released_ = false;
  std::chrono::steady_clock::time_point last_moment_;

  asio::io_context loop_{1};
  asio::signal_set signals_{loop_, SIGTERM, SIGINT};
  asio::steady_timer leave_timer_{loop_};
  Metrics metrics_;
  PolicyMetrics policy_metrics_;
  cluster::Client client_;
  cluster::Client election_client_;
  std::optional<ReconcileLoop> reconcile_loop_;           ///< with take-over
  std::optional<cluster::CertificateLoop> certificates_;  ///< if we keep the webhook's certificate
  cluster::Elector elector_;
  std::optional<net::Server> server_;
};

}  // namespace

int run_reconciler(const ReconcilerSettings& settings) {
  serving::ignore_broken_pipes();
  const logging::Output output(settings.log_format, settings.log_level);
  check(settings);
  Reconciler reconciler(settings);
  return reconciler.run();
}

}  // namespace everynode::reconciler
