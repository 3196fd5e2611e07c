#include "reconcile_loop_run.hpp"

#include "everynode/cluster/spawn.hpp"
#include "fake_api_config.hpp"

namespace everynode::reconciler {
namespace {

/// The usual field manager, and the number of this controller's life.
std::string user_agent(const RunOptions& options) {
  return "everynode/" + std::to_string(options.seed);
}

}  // namespace

ReconcileLoopRun::ReconcileLoopRun(const support::FakeCluster& cluster, RunOptions options)
    : options_(std::move(options)),
      client_(loop_.get_executor(), support::config_of(cluster.server()),
              {.connections = options_.connections,
               .request_timeout = options_.request_timeout,
               .silence_timeout = options_.silence_timeout,
               .user_agent = user_agent(options_)},
              client_observer()),
      election_client_(
          loop_.get_executor(), support::config_of(cluster.server()),
          {.connections = 2, .request_timeout = std::chrono::seconds(1), .user_agent = user_agent(options_)}),
      reconcile_loop_(loop_.get_executor(), client_, {.streams = options_.streams}, reconcile_loop_observer(),
                      options_.seed) {
  reconcile_loop_.start();
  if (options_.lease) {
    elector_.emplace(loop_.get_executor(), election_client_, *options_.lease, elector_observer(), options_.seed);
    cluster::spawn(loop_.get_executor(), elector_->run());
  } else {
    lead();
  }
  thread_ = std::thread([this] { loop_.run(); });
}

ReconcileLoopRun::~ReconcileLoopRun() {
  die();
  thread_.join();
}

void ReconcileLoopRun::lead() {
  leading_ = true;
  reconcile_loop_.lead([this] { return !elector_ || elector_->leads(); });
}

void ReconcileLoopRun::stop() {
  ask([](ReconcileLoop& controller) { controller.stop(); });
  while (!ask([](ReconcileLoop& controller) { return controller.idle(); })) std::this_thread::yield();
  if (!elector_) return;
  ask([this](ReconcileLoop&) { elector_->release(); });
  while (!ask([this](ReconcileLoop&) { return elector_->finished(); })) std::this_thread::yield();
}

cluster::ClientObserver ReconcileLoopRun::client_observer() {
  return {.answered = [this](const kube::Request& request, unsigned status, std::chrono::nanoseconds) {
    options_.answered(request, status);
  }};
}

ReconcileLoopObserver ReconcileLoopRun::reconcile_loop_observer() {
  ReconcileLoopObserver observer;
  observer.actions.acted = [this](const cache::Key&, const daemonset::Action& action, const std::string& problem) {
    const std::scoped_lock lock(mutex_);
    if (!problem.empty()) problems_.push_back(to_text(action) + ": " + problem);
  };
  observer.undecodable = [this](const kube::Resource&, const std::string&, const std::string&) { ++undecodable_; };
  observer.synced = [this](const cache::Key&, std::chrono::nanoseconds, std::chrono::nanoseconds, bool) { ++syncs_; };
  observer.went_back = [this] { ++restores_; };
  return observer;
}

cluster::ElectorObserver ReconcileLoopRun::elector_observer() {
  cluster::ElectorObserver observer;
  observer.started_leading = [this] { lead(); };
  observer.stopped_leading = [this] { leading_ = false; };
  observer.went_back = [this] { reconcile_loop_.start_over(); };
  return observer;
}

std::vector<std::string> ReconcileLoopRun::problems() const {
  const std::scoped_lock lock(mutex_);
  return problems_;
}

}  // namespace everynode::reconciler
