#include "everynode/controller/controller.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>
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

/// While actions are on their way, which will change it again, at most this often: a write costs the API server nearly
/// as much as a new pod.
constexpr std::chrono::milliseconds busy_status_interval{2000};

/// A new message of a condition can wait longer, if it is all that is to be said.
constexpr std::chrono::seconds words_interval{10};

/// After so long a plan is old: it is time for a new one.
constexpr std::chrono::seconds batch_time{1};

core::Time now() {
  return std::chrono::time_point_cast<std::chrono::microseconds>(system_clock::now());
}

core::Time in_wall_time(steady_clock::time_point instant) {
  return now() + std::chrono::ceil<std::chrono::microseconds>(instant - steady_clock::now());
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

bool Controller::enqueue_touched(bool urgent) {
  const auto instant = steady_clock::now();
  const std::vector<cache::Key> touched = store_.take_touched();
  for (const cache::Key& key : touched) {
    const std::string name = to_text(key);
    urgent ? queue_.add_urgent(name, instant) : queue_.add(name, instant);
  }
  if (!touched.empty()) wake_.cancel();
  return !touched.empty();
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
  queue_.rest(name, ending.rests_until);
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

/// Plans and acts until there is nothing left to do, something fails or it is time for a rest. What was done shows in
/// the status at the end.
Awaitable<Controller::Ending> Controller::reconcile(cache::Key key) {
  Ending ending;
  InFlight in_flight(executor_, paces_[key].window);
  in_flight.done = std::exchange(paces_[key].done, {});
  const std::function<bool()> allowed = [this] { return may_act(); };
  bool rests = false;  ///< if it is time to, before the next plan
  while (may_act()) {
    const cache::Board* board = store_.board(key);
    if (board == nullptr || gives_way(key, ending)) break;
    Pace& pace = paces_[key];
    if (rests && pace.plans.next() > steady_clock::now()) {
      ending.again_at = in_wall_time(pace.plans.next());
      pace.done = std::move(in_flight.done);
      break;
    }
    core::Plan plan = plan_now(key, pace, ending);
    const core::DaemonSet daemon_set = board->daemon_set();  // a copy: the store's may go while answers are awaited
    if (plan.stage == core::Stage::ignore) {
      if (!daemon_set.terminating) tell_that_it_selects_all(daemon_set);
      break;
    }
    hold_back(plan, in_flight);
    const bool last = plan.actions.empty() && in_flight.count == 0;
    const bool writes = take_status_turn(key, plan, last, ending);
    if (last) {
      if (writes) {
        const protocol::Result written = co_await write_status(key, daemon_set, *plan.status);
        ending.failed = !written;
      }
      break;
    }
    if (writes) cluster::spawn(executor_, write_status_beside(key, daemon_set, *plan.status));
    if (repeats(plan, in_flight)) {
      observer_.failed(key, "what was done has changed nothing");
      in_flight.failed = true;
      continue;
    }
    co_await actions_.run(daemon_set, std::move(plan), in_flight, batch_time, allowed);
    rests = !in_flight.failed;
  }
  co_await Executor::land(in_flight);
  ending.failed = ending.failed || in_flight.failed;
  if (store_.board(key) == nullptr) paces_.erase(key);
  co_return ending;
}

bool Controller::gives_way(const cache::Key& key, Ending& ending) {
  if (guard_.rival(key, steady_clock::now()).empty()) return false;
  ending.again_at = now() + Guard::quiet_time;
  return true;
}

core::Plan Controller::plan_now(const cache::Key& key, Pace& pace, Ending& ending) const {
  const cache::View view = store_.view(key);
  core::Plan plan = core::plan(view.snapshot, now(), settings_.conditions);
  pace.plans.planned(view.snapshot.nodes.size(), steady_clock::now());
  ending.rests_until = pace.plans.next();
  ending.again_at = plan.again_at;
  return plan;
}

/// True: the status that a plan wants is to be written now. If later, the ending says when; if one is still on its way,
/// its end brings us back.
bool Controller::take_status_turn(const cache::Key& key, const core::Plan& plan, bool last, Ending& ending) {
  Pace& pace = paces_[key];
  const Instant due = status_due(pace, plan, last);
  if (!plan.status || status_writes_.contains(key)) return false;
  if (due > steady_clock::now()) {
    core::earliest(ending.again_at, in_wall_time(due));
    return false;
  }
  pace.status_written = steady_clock::now();
  pace.status_waits_since.reset();
  return true;
}

Awaitable<protocol::Result> Controller::write_status(const cache::Key& key, const core::DaemonSet& daemon_set,
                                                     const core::StatusChange& change) {
  protocol::Result result = co_await actions_.write_status(daemon_set, change);
  if (!result) observer_.failed(key, result.error().text);
  co_return result;
}

/// As long as there are actions, the status keeps none of them waiting. Whatever comes of it, there is another plan.
Awaitable<void> Controller::write_status_beside(cache::Key key, core::DaemonSet daemon_set, core::StatusChange change) {
  status_writes_.insert(key);
  std::ignore = co_await write_status(key, daemon_set, change);
  status_writes_.erase(key);
  queue_.add(to_text(key), steady_clock::now());
  wake_.cancel();
}

/// When the status of a plan is to be written. As long as there is more to do, it waits for what that will change.
Controller::Instant Controller::status_due(Pace& pace, const core::Plan& plan, bool last) {
  if (!plan.status) {
    pace.status_waits_since.reset();
    return Instant::max();
  }
  if (!pace.status_waits_since) pace.status_waits_since = steady_clock::now();
  const Instant since = std::max(pace.status_written, last ? Instant::min() : *pace.status_waits_since);
  if (plan.status->words_only) return since + words_interval;
  return since + (last ? status_interval : busy_status_interval);
}

/// daemonset-controller.md 11.4.
void Controller::tell_that_it_selects_all(const core::DaemonSet& daemon_set) {
  actions_.tell(daemon_set, {.type = protocol::EventType::warning,
                             .reason = "SelectingAll",
                             .message = "This daemon set is selecting all pods. A non-empty selector is required."});
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
  actions_.tell(daemon_set,
                {.type = protocol::EventType::warning, .reason = "AnotherController", .message = std::move(message)});
  observer_.rival(key, manager);
}

}  // namespace everynode::controller
