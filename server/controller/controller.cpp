#include "everynode/controller/controller.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "everynode/cluster/spawn.hpp"
#include "everynode/core/plan.hpp"

namespace everynode::controller {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<>> as_result{};

/// The status is written at most this often: at once after a pause, else with all that came together. A write for each
/// pod that becomes ready would cost the API server more than the pods.
constexpr std::chrono::milliseconds status_interval{300};

/// A new message of a condition can wait longer, if it is all that is to be said.
constexpr std::chrono::seconds words_interval{10};

/// After so long with one plan it is time for the status, and for a new plan.
constexpr std::chrono::milliseconds batch_time{500};

/// A plan walks all nodes. A DaemonSet for which there was nothing to do rests in proportion, so that its plans cost a
/// bounded part of the time, whatever the size of the cluster; no longer than its status may be old.
std::chrono::microseconds rest_after_plan(std::size_t nodes) {
  constexpr std::chrono::microseconds per_node{60};
  return std::min<std::chrono::microseconds>(nodes * per_node, status_interval);
}

core::Time now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(system_clock::now());
}

std::string to_text(const cache::Key& key) {
  return key.namespace_ + "/" + key.name;
}

cache::Key to_key(std::string_view text) {
  const auto slash = text.find('/');
  return {.namespace_ = std::string(text.substr(0, slash)), .name = std::string(text.substr(slash + 1))};
}

}  // namespace

Controller::Controller(const asio::any_io_executor& executor, cluster::Client& client, ControllerSettings settings,
                       ControllerObserver observer, std::uint64_t seed)
    : executor_(executor),
      settings_(std::move(settings)),
      observer_(std::move(observer)),
      events_(executor, client, settings_.component, observer_.events),
      actions_(client, store_, events_, observer_.actions),
      daemon_sets_(executor, client, kube::daemon_sets, daemon_set_consumer(), informer_observer(kube::daemon_sets),
                   seed),
      revisions_(executor, client, kube::controller_revisions, revision_consumer(),
                 informer_observer(kube::controller_revisions), seed + 1),
      nodes_(executor, client, kube::nodes, node_consumer(), informer_observer(kube::nodes), seed + 2),
      pods_(executor, client, kube::pods, pod_consumer(), informer_observer(kube::pods), seed + 3),
      wake_(executor) {}

void Controller::start() {
  cluster::spawn(executor_, events_.run());
  for (cluster::Informer* informer : {&daemon_sets_, &revisions_, &nodes_, &pods_}) {
    cluster::spawn(executor_, informer->run());
  }
}

void Controller::lead(std::function<bool()> may_act) {
  leads_ = std::move(may_act);
  guard_.leading_since(steady_clock::now());
  enqueue_all();
  if (!std::exchange(dispatching_, true)) cluster::spawn(executor_, dispatch());
}

void Controller::stop() {
  leads_ = nullptr;
  dispatching_ = false;
  for (cluster::Informer* informer : {&daemon_sets_, &revisions_, &nodes_, &pods_}) informer->stop();
  events_.stop();
  wake_.cancel();
}

bool Controller::synced() const {
  return daemon_sets_.synced() && revisions_.synced() && nodes_.synced() && pods_.synced();
}

std::string Controller::trouble() const {
  for (const cluster::Informer* informer : {&daemon_sets_, &revisions_, &nodes_, &pods_}) {
    if (auto trouble = informer->trouble(); !trouble.empty()) return trouble;
  }
  return {};
}

kube::WorkQueue::Figures Controller::queue() const {
  return queue_.figures(steady_clock::now());
}

std::size_t Controller::rivalled() const {
  return guard_.rivalled(steady_clock::now());
}

bool Controller::may_act() const {
  return leads_ && leads_() && synced();
}

void Controller::enqueue_touched(bool urgent) {
  const auto instant = steady_clock::now();
  const std::vector<cache::Key> touched = store_.take_touched();
  for (const cache::Key& key : touched) {
    const std::string name = to_text(key);
    urgent ? queue_.add_urgent(name, instant) : queue_.add(name, instant);
  }
  if (!touched.empty()) wake_.cancel();
}

void Controller::enqueue_all() {
  const auto instant = steady_clock::now();
  for (const auto& [key, board] : store_.boards()) queue_.add(to_text(key), instant);
  wake_.cancel();
}

/// Hands keys out to as many syncs as may run at a time.
Awaitable<void> Controller::dispatch() {
  while (dispatching_) {
    const bool room = may_act() && active_ < settings_.concurrent_syncs;
    auto taken = room ? queue_.take(steady_clock::now()) : std::nullopt;
    if (taken) {
      ++active_;
      cluster::spawn(executor_, sync(std::move(taken->key), taken->waited));
      continue;
    }
    const auto next = room ? queue_.next_time() : std::nullopt;
    wake_.expires_at(next.value_or(steady_clock::time_point::max()));
    co_await wake_.async_wait(as_result);
  }
}

Awaitable<void> Controller::sync(std::string name, kube::WorkQueue::Duration waited) {
  const auto began = steady_clock::now();
  const cache::Key key = to_key(name);
  const Ending ending = co_await reconcile(key);
  const auto ended = steady_clock::now();
  if (!ending.acted) queue_.rest(name, began + rest_after_plan(store_.nodes().size()));
  if (ending.failed) {
    queue_.failed(name, ended);
  } else {
    queue_.done(name, ended);
  }
  if (ending.again_at) queue_.add_after(name, ended + (*ending.again_at - now()), ended);
  --active_;
  observer_.synced(key, waited, ended - began, ending.failed);
  enqueue_touched();
  wake_.cancel();
}

/// Plans and acts until there is nothing left to do, or something fails; then the status is made true.
Awaitable<Controller::Ending> Controller::reconcile(cache::Key key) {
  Ending ending;
  bool refused = false;  ///< an action was: the others wait until the next time
  const auto began = steady_clock::now();
  std::vector<core::Action> done;
  const std::function<bool()> allowed = [this] { return may_act(); };
  while (may_act()) {
    cache::Board* board = store_.board(key);
    if (board == nullptr) break;
    if (!guard_.rival(key, steady_clock::now()).empty()) {
      ending.again_at = now() + Guard::quiet_time;
      break;
    }
    const cache::View view = store_.view(key);
    core::Plan plan = core::plan(view.snapshot, now(), settings_.conditions);
    const core::DaemonSet daemon_set = board->daemon_set();  // a copy: the store's may go while answers are awaited
    if (plan.stage == core::Stage::ignore) {
      if (!daemon_set.terminating) tell_that_it_selects_all(daemon_set);
      break;
    }
    ending.again_at = plan.again_at;
    const bool last = plan.actions.empty() || refused;
    Pace& pace = paces_[key];
    const bool hurry = plan.status && !plan.status->words_only;
    const auto interval = hurry ? std::chrono::milliseconds(status_interval) : words_interval;
    const auto status_due = std::max(pace.status_written, last ? Instant::min() : began) + interval;
    if (plan.status && status_due > steady_clock::now()) {
      const core::Time then = now() + std::chrono::ceil<std::chrono::microseconds>(status_due - steady_clock::now());
      core::earliest(ending.again_at, then);
    } else if (plan.status) {
      pace.status_written = steady_clock::now();
      const std::string problem = co_await actions_.write_status(daemon_set, *plan.status);
      if (!problem.empty()) observer_.failed(key, problem);
      ending.failed = ending.failed || !problem.empty();
      if (!last) continue;  // the answer may have taken long: what was planned before it is old
    }
    if (last) break;
    if (plan.actions == done) {  // else it would be done again and again, as fast as it can be
      observer_.failed(key, "what was done has changed nothing");
      refused = true;
      continue;
    }
    done = plan.actions;
    ending.acted = true;
    const Executor::Result result = co_await actions_.run(daemon_set, plan, pace.window, batch_time, allowed);
    refused = refused || result.failed;
  }
  ending.failed = ending.failed || refused;
  if (store_.board(key) == nullptr) paces_.erase(key);
  co_return ending;
}

/// daemonset-controller.md 11.4.
void Controller::tell_that_it_selects_all(const core::DaemonSet& daemon_set) {
  actions_.tell(daemon_set, true, "SelectingAll",
                "This daemon set is selecting all pods. A non-empty selector is required.");
}

void Controller::watch_for_rivals(const core::DaemonPod& pod) {
  if (!may_act() || !Guard::is_foreign_work(pod)) return;
  const cache::Key key{.namespace_ = pod.namespace_, .name = pod.controller->name};
  const cache::Board* board = store_.board(key);
  if (board == nullptr || board->daemon_set().uid != pod.controller->uid) return;
  if (guard_.saw(key, pod, steady_clock::now())) give_way(key, board->daemon_set(), pod.creator, "creates pods for");
}

/// Also what was written before we lead counts, as what a later write is told from.
void Controller::watch_for_rivals(const core::DaemonSet& daemon_set) {
  const cache::Key key{.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
  const core::StatusWrite& last = daemon_set.foreign_status;
  if (guard_.saw(key, last, steady_clock::now()) && may_act()) {
    give_way(key, daemon_set, last.manager, "writes the status of");
  }
}

void Controller::give_way(const cache::Key& key, const core::DaemonSet& daemon_set, const std::string& manager,
                          std::string_view what) {
  std::string message = manager + " ";
  message.append(what).append(
      " this daemon set, so Everynode does nothing for it. Start kube-controller-manager with "
      "--controllers=*,-daemonset-controller, or Everynode with --take-over=false.");
  actions_.tell(daemon_set, true, "AnotherController", std::move(message));
  observer_.rival(key, manager);
}

}  // namespace everynode::controller
