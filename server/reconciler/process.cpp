#include "everynode/reconciler/process.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <expected>
#include <iterator>
#include <map>
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
#include "setup.hpp"
#include "shards.hpp"

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

/// A family stands once in a page, whatever shards have to say in it.
void add_families(std::vector<prometheus::MetricFamily>& all, std::vector<prometheus::MetricFamily> more) {
  for (prometheus::MetricFamily& family : more) {
    const auto known = std::ranges::find(all, family.name, &prometheus::MetricFamily::name);
    if (known == all.end()) {
      all.push_back(std::move(family));
    } else {
      std::ranges::move(family.metric, std::back_inserter(known->metric));
    }
  }
}

/// Everything lives on one event loop, the caller's thread.
class Reconciler {
 public:
  explicit Reconciler(const ReconcilerSettings& settings)
      : settings_(settings),
        config_(configuration(settings)),
        lease_(lease_of(settings, config_)),
        metrics_(std::string(logging::version()), settings.lease_name),
        client_(loop_.get_executor(), config_, client_options(settings), client_observer()),
        election_client_(loop_.get_executor(), config_, election_options(settings, client_.identity()),
                         client_observer()),
        elector_(loop_.get_executor(), election_client_, lease_settings(settings, lease_, identity(seed_)),
                 elector_observer(), seed_) {
    if (settings.shards > 1) {
      shards_.emplace(
          loop_.get_executor(), config_,
          shard_loops_settings(settings, lease_settings(settings, lease_, identity(seed_)), client_.identity()),
          shard_loops_observer(), seed_);
    } else if (settings.effective_mode() != Mode::certificates) {
      reconcile_loop_.emplace(loop_.get_executor(), client_, reconcile_loop_settings(settings),
                              reconcile_loop_observer(metrics_), seed_);
    }
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
                                  {"daemonsets", what_becomes_of_daemon_sets(settings_)},
                                  {"certificate", certificates_ ? "kept" : "not kept"}});
    if (!serving::ignores_hangups()) signals_.add(SIGHUP);
    await_signal();
    if (reconcile_loop_) reconcile_loop_->start();
    if (shards_) {
      shards_->start();
    } else if (settings_.leader_elect) {
      cluster::spawn(loop_.get_executor(), elector_.run());
    } else {
      start_leading();
    }
    loop_.run();
    return exit_code_;
  }

 private:
  cluster::ClientObserver client_observer() {
    return {.answered = [this](const kube::Request& request, unsigned status, std::chrono::nanoseconds time) {
      metrics_.request(request, status, time);
    }};
  }

  // --- shards ---

  ShardLoopsObserver shard_loops_observer() {
    ShardLoopsObserver observer;
    observer.client = client_observer();
    observer.loop = [this] { return reconcile_loop_observer(metrics_); };
    observer.begun = [this](std::uint32_t shard) { begin_shard(shard); };
    observer.ended = [](std::uint32_t shard) { logging::info("gave a shard up", {{"shard", std::int64_t{shard}}}); };
    observer.kept_out = [this](const std::string& holder) {
      logging::warning(
          "this replica waits: one with another number of shards, or without any, holds the Lease of the group",
          {{"shards", std::int64_t{settings_.shards}},
           {"lease", settings_.lease_name},
           {"holder", holder},
           {"remedy", "give all replicas the same --shards"}});
    };
    observer.failed = [](const std::string& problem) {
      logging::warning("sharing shards out failed, trying again", {{"problem", problem}});
    };
    observer.broken = [this](const std::string& problem) { break_off(problem); };
    return observer;
  }

  /// The webhook's certificate belongs to no namespace: who has the first shard keeps it.
  void begin_shard(std::uint32_t shard) {
    logging::info("acting for a shard", {{"shard", std::int64_t{shard}}, {"of", std::int64_t{settings_.shards}}});
    if (shard != 0 || !certificates_) return;
    certificates_->lead([this] { return !stopping_ && shards_->may_act(0); });
  }

  [[nodiscard]] std::vector<const ReconcileLoop*> loops() const {
    if (shards_) return shards_->loops();
    return reconcile_loop_ ? std::vector<const ReconcileLoop*>{&*reconcile_loop_} : std::vector<const ReconcileLoop*>{};
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
    for (const ReconcileLoop* loop : loops()) {
      levels.queue.depth += loop->queue().depth;
      levels.queue.adds += loop->queue().adds;
      levels.queue.retries += loop->queue().retries;
      levels.nodes = loop->store().nodes().size();  // each loop knows all of them
      levels.pods += loop->store().pods();
      levels.daemon_sets += loop->store().states().size();
      levels.rivalled += loop->rivalled();
    }
    return levels;
  }

  [[nodiscard]] std::string metrics_text() {
    const objects::Time instant = now();
    std::vector<prometheus::MetricFamily> rollouts;
    for (const ReconcileLoop* loop : loops()) {
      add_families(rollouts, rollout_metrics(loop->store(), instant));
      add_families(rollouts, policy_metrics_[loop].collect(loop->store(), instant));
      add_families(rollouts, overlay_metrics(loop->store()));
    }
    std::erase_if(policy_metrics_, [&](const auto& one) { return std::ranges::count(loops(), one.first) == 0; });
    for (std::uint32_t shard = 0; shards_ && shard < settings_.shards; ++shard)
      metrics_.shard(shard, shards_->may_act(shard));
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
    if (shards_) checks.push_back({.name = "watches", .problem = shards_->problem()});
    if (certificates_) checks.push_back({.name = "certificate", .problem = certificates_->problem()});
    checks.push_back({.name = "stopping", .problem = stopping_ ? "the process is about to end" : ""});
    return checks;
  }

  // --- leading ---

  [[nodiscard]] bool leads() const {
    if (shards_) return !stopping_ && shards_->owned() > 0;
    return !stopping_ && (!settings_.leader_elect || elector_.leads());
  }

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

  void break_off(const std::string& problem) {
    logging::error(problem, {{"lease", to_text(lease_)}});
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
      if (shards_) shards_->stop();
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
      if (shards_) return loop_.stop();
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
    return (!reconcile_loop_ || reconcile_loop_->idle()) && (!shards_ || shards_->finished()) &&
           (!certificates_ || certificates_->idle());
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
  std::map<const ReconcileLoop*, PolicyMetrics> policy_metrics_;
  cluster::Client client_;
  cluster::Client election_client_;
  std::optional<ReconcileLoop> reconcile_loop_;           ///< with take-over
  std::optional<ShardLoops> shards_;                      ///< in its place, if there is more than one shard
  std::optional<cluster::CertificateLoop> certificates_;  ///< if we keep the webhook's certificate
  cluster::Elector elector_;
  std::optional<net::Server> server_;
};

}  // namespace

int run_reconciler(const ReconcilerSettings& settings) {
  serving::ignore_broken_pipes();
  const logging::Output output(settings.log_format, settings.log_level);
  if (const auto valid = check(settings); !valid) throw std::runtime_error(valid.error());
  Reconciler reconciler(settings);
  return reconciler.run();
}

}  // namespace everynode::reconciler
