#include "reconcile_loop.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "clock.hpp"
#include "everynode/cluster/spawn.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/files/time_zones.hpp"
#include "everynode/net/as_result.hpp"
#include "everynode/sync/requests.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;
using std::chrono::system_clock;

/// The watches and the lease notice the same restore one after the other: it is announced once.
constexpr std::chrono::seconds one_restore{30};

}  // namespace

ReconcileLoop::ReconcileLoop(const asio::any_io_executor& executor, cluster::Client& client,
                             ReconcileLoopSettings settings, ReconcileLoopObserver observer, std::uint64_t seed)
    : executor_(executor),
      settings_(std::move(settings)),
      observer_(std::move(observer)),
      store_(rollout::TimeZones(files::load_time_zone), conduct()),
      events_(executor, client, settings_.component, observer_.events),
      actions_(executor, client, store_, events_, observer_.actions),
      policies_(
          executor, actions_, store_, settings_.mode, [this] { return may_act(); }, observer_.policy_failed),
      overlays_(
          executor, actions_, store_, [this] { return may_act(); }, observer_.overlay_failed),
      starts_(
          executor, client, store_, settings_.startup_taint, [this] { return may_act(); }, observer_.node_starts),
      wake_(executor) {
  if (settings_.overlays) store_.audit_pods();
  add_informers(client, seed);
  if (settings_.overlays) add_overlay_informers(client, seed);
}

void ReconcileLoop::start() {
  spawn(events_.run());
  for (cluster::Informer& informer : informers_) spawn(informer.run());
}

void ReconcileLoop::spawn(Awaitable<void> coroutine) {
  ++running_;
  cluster::spawn(executor_, counted(std::move(coroutine)));
}

Awaitable<void> ReconcileLoop::counted(Awaitable<void> coroutine) {
  co_await std::move(coroutine);
  --running_;
}

void ReconcileLoop::lead(std::function<bool()> may_act) {
  leads_ = std::move(may_act);
  guard_.leading_since(steady_clock::now());
  enqueue_all();
  for (const auto& [key, policy] : store_.policies()) policies_.touch(key);
  overlays_.touch_all();
  for (const auto& [name, node] : store_.nodes()) tell_of_switches(node);
  if (std::exchange(dispatching_, true)) return;
  spawn(dispatch());
  spawn(policies_.run());
  spawn(overlays_.run());
  spawn(starts_.run());
}

void ReconcileLoop::start_over() {
  const auto instant = steady_clock::now();
  if (!announced_restore_ || instant - *announced_restore_ >= one_restore) {
    announced_restore_ = instant;
    announce_restore();
  }
  for (cluster::Informer& informer : informers_) informer.start_over();
  store_.forget_all();
  enqueue_touched();
}

void ReconcileLoop::announce_restore() {
  observer_.went_back();
  for (const auto& [key, state] : store_.states()) {
    actions_.notify(
        state->daemon_set(),
        {.type = sync::EventType::warning,
         .reason = "ClusterWentBack",
         .message = "The API server's state went back, as after the restore of a backup. Everynode has forgotten "
                    "what it knew and starts anew."});
  }
}

void ReconcileLoop::stop() {
  leads_ = nullptr;
  dispatching_ = false;
  for (cluster::Informer& informer : informers_) informer.stop();
  events_.stop();
  policies_.stop();
  overlays_.stop();
  starts_.stop();
  wake_.cancel();
}

bool ReconcileLoop::synced() const {
  return std::ranges::all_of(informers_, &cluster::Informer::synced) && store_.knows_overlays();
}

std::string ReconcileLoop::problem() const {
  for (const cluster::Informer& informer : informers_) {
    if (auto problem = informer.problem(); !problem.empty()) return problem;
  }
  return {};
}

protocol::WorkQueue::Figures ReconcileLoop::queue() const {
  return queue_.figures(steady_clock::now());
}

std::size_t ReconcileLoop::rivalled() const {
  return guard_.rivalled(steady_clock::now());
}

bool ReconcileLoop::may_act() const {
  return leads_ && leads_() && synced();
}

bool ReconcileLoop::may_act_for(const cache::Key& key) const {
  return may_act() && guard_.rivalry(key, steady_clock::now()) == sync::Rivalry::none;
}

bool ReconcileLoop::enqueue_touched(bool urgent) {
  const auto instant = steady_clock::now();
  for (const cache::Key& key : store_.take_touched_policies()) policies_.touch(key);
  const std::vector<cache::Key> touched = store_.take_touched();
  starts_.wake();
  for (const cache::Key& key : touched) {
    overlays_.touch(key.namespace_);
    const std::string name = to_text(key);
    urgent ? queue_.add_urgent(name, instant) : queue_.add(name, instant);
  }
  if (!touched.empty()) wake_.cancel();
  return !touched.empty();
}

void ReconcileLoop::enqueue_all() {
  const auto instant = steady_clock::now();
  for (const auto& [key, state] : store_.states()) queue_.add(to_text(key), instant);
  wake_.cancel();
}

/// Starts as many syncs as may run at a time.
Awaitable<void> ReconcileLoop::dispatch() {
  while (dispatching_) {
    const bool room = may_act() && active_ < settings_.concurrent_syncs;
    auto taken = room ? queue_.take(steady_clock::now()) : std::nullopt;
    if (taken) {
      ++active_;
      spawn(sync(std::move(taken->key), taken->waited));
      continue;
    }
    const auto next = room ? queue_.next_time() : std::nullopt;
    wake_.expires_at(next.value_or(steady_clock::time_point::max()));
    co_await wake_.async_wait(net::as_result);
  }
}

Awaitable<void> ReconcileLoop::sync(std::string name, protocol::WorkQueue::Duration waited) {
  const auto began = steady_clock::now();
  const cache::Key key = kube::to_key(name);
  const SyncMachine::End end = co_await reconcile(key);
  const auto ended = steady_clock::now();
  queue_.rest(name, end.rests_until);
  if (end.failed) {
    queue_.failed(name, ended);
  } else {
    queue_.done(name, ended);
  }
  if (end.again_at) queue_.add_after(name, ended + objects::time_left(*end.again_at, now()), ended);
  if (end.again_in) queue_.add_after(name, *end.again_in, ended);
  if (guard_.rivalry(key, ended) != sync::Rivalry::none) queue_.add_after(name, guard_.again_at(key), ended);
  --active_;
  observer_.synced(key, waited, ended - began, end.failed);
  enqueue_touched();
  wake_.cancel();
}

/// The data of one sync; it lives as long as something of the sync is under way.
struct ReconcileLoop::Sync {
  cache::Key key;
  SyncMachine machine;
  asio::steady_timer something_ended;
  std::shared_ptr<sync::Batch> batch = {};  ///< of the last plan
  std::optional<sync::Preparation> preparation = {};
  std::uint64_t setbacks = 0;  ///< when the last plan was made

  [[nodiscard]] const objects::DaemonSet& daemon_set() const { return batch->daemon_set(); }
};

/// Does what the machine asks for, until it ends. When another controller shows itself meanwhile, nothing more begins.
Awaitable<ReconcileLoop::SyncMachine::End> ReconcileLoop::reconcile(cache::Key key) {
  Sync sync{.key = key, .machine = SyncMachine(paces_[key]), .something_ended = asio::steady_timer(executor_)};
  SyncMachine::Step step = next_step(sync);
  for (; !std::holds_alternative<SyncMachine::End>(step); step = next_step(sync)) {
    if (const auto* const wanted = std::get_if<SyncMachine::MakePlan>(&step)) {
      plan_for(sync, wanted->status);
    } else if (std::holds_alternative<SyncMachine::Prepare>(step)) {
      const sync::Result prepared = co_await actions_.prepare(*sync.preparation, sync.daemon_set());
      sync.machine.on_prepared(prepared, steady_clock::now());
    } else if (auto* const begun = std::get_if<SyncMachine::Begin>(&step)) {
      begin(sync, std::move(begun->action), begun->rolls);
    } else if (const auto* const status = std::get_if<SyncMachine::WriteStatus>(&step)) {
      const sync::Result written = co_await write_status(key, sync.daemon_set(), status->change);
      sync.machine.on_status_written(written);
    } else if (const auto* const beside = std::get_if<SyncMachine::WriteStatusBeside>(&step)) {
      ++status_writes_;
      spawn(write_status_beside(key, sync.daemon_set(), beside->change));
    } else {
      sync.something_ended.expires_at(std::get<SyncMachine::Wait>(step).until);
      co_await sync.something_ended.async_wait(net::as_result);
    }
  }
  if (store_.state(key) == nullptr) paces_.erase(key);
  co_return std::get<SyncMachine::End>(step);
}

/// A rollout by a policy does not go on by a plan that was made before a pod turned bad, or before it was paused.
ReconcileLoop::SyncMachine::Step ReconcileLoop::next_step(Sync& sync) {
  const cache::DaemonSetState* const state = store_.state(sync.key);
  if (state != nullptr && state->setbacks() != sync.setbacks) sync.machine.overtake();
  return sync.machine.next(steady_clock::now(), may_act_for(sync.key));
}

void ReconcileLoop::plan_for(Sync& sync, daemonset::StatusWanted status) {
  const auto instant = steady_clock::now();
  cache::DaemonSetState* const state = store_.state(sync.key);
  if (state == nullptr) return sync.machine.stop();
  state->note_absences(now());
  cache::View view = store_.view(sync.key);
  sync.setbacks = state->setbacks();
  view.snapshot.authority = daemonset::authority_of(settings_.mode, *view.snapshot.daemon_set, view.snapshot.policy);
  if (view.snapshot.authority == daemonset::Authority::none) state->forget_rollout();
  tell_of_switches(*view.snapshot.daemon_set);
  daemonset::Plan plan = daemonset::plan(view.snapshot, now(), settings_.conditions, status);
  store_.set_rollout(sync.key, plan.rollout);
  sync.batch = std::make_shared<sync::Batch>(*view.snapshot.daemon_set, plan, view.snapshot.unmatched, store_.known());
  sync.preparation.emplace(sync.batch, plan, state->doubts());
  const bool ignored = plan.stage == daemonset::Stage::ignore;
  const bool selects_all = sync.daemon_set().selector.empty() && settings_.mode == daemonset::Mode::takeover;
  if (ignored && selects_all && !sync.daemon_set().terminating) warn_that_it_selects_all(sync.daemon_set());
  sync.machine.on_plan(std::move(plan), view.snapshot.nodes.size(), instant);
}

void ReconcileLoop::begin(Sync& sync, daemonset::Action action, bool rolls) {
  actions_.begin(sync.batch, std::move(action), [&sync, rolls](const sync::Result& result) {
    sync.machine.on_end(result, steady_clock::now(), rolls);
    sync.something_ended.cancel();
  });
}

Awaitable<sync::Result> ReconcileLoop::write_status(const cache::Key& key, const objects::DaemonSet& daemon_set,
                                                    const daemonset::StatusChange& change) {
  sync::Result result = co_await actions_.write_status(daemon_set, change);
  if (!result) observer_.failed(key, result.error().text);
  co_return result;
}

/// While there are actions, the status delays none of them. Whatever its result is, another plan follows.
Awaitable<void> ReconcileLoop::write_status_beside(cache::Key key, objects::DaemonSet daemon_set,
                                                   daemonset::StatusChange change) {
  std::ignore = co_await write_status(key, daemon_set, change);
  if (const auto pace = paces_.find(key); pace != paces_.end()) pace->second.status_on_its_way = false;
  --status_writes_;
  queue_.add(to_text(key), steady_clock::now());
  wake_.cancel();
}

cache::Conduct ReconcileLoop::conduct() const {
  const bool takes_over = settings_.mode == daemonset::Mode::takeover;
  return {.switches = takes_over ? cache::Obedience::always : cache::Obedience::never,
          .minds_nodes = takes_over && settings_.minds_nodes,
          .startup_taint = takes_over ? settings_.startup_taint : std::string_view{}};
}

void ReconcileLoop::tell_of_switches(const objects::DaemonSet& daemon_set) {
  const auto remark = daemonset::remark_on(daemon_set, conduct().switches == cache::Obedience::always);
  if (!is_news(daemon_set.uid, remark)) return;
  actions_.notify(daemon_set, {.type = remark->warning ? sync::EventType::warning : sync::EventType::normal,
                               .reason = remark->reason,
                               .message = remark->text});
}

void ReconcileLoop::tell_of_switches(const objects::Node& node) {
  if (settings_.shard && settings_.shard->index != 0) return;  // nodes are of no shard: one replica tells of them
  const auto remark = daemonset::remark_on(node, conduct().switches == cache::Obedience::always);
  if (is_news(node.uid, remark))
    events_.record(sync::event_on(node, remark->reason, remark->text, system_clock::now()));
}

bool ReconcileLoop::is_news(const std::string& uid, const std::optional<daemonset::SwitchRemark>& remark) {
  if (remark) return std::exchange(told_[uid], remark->text) != remark->text;
  if (!told_.empty()) told_.erase(uid);
  return false;
}

/// Only the user can correct an empty selector: it selects everything (requirement 11.4).
void ReconcileLoop::warn_that_it_selects_all(const objects::DaemonSet& daemon_set) {
  actions_.notify(daemon_set, {.type = sync::EventType::warning,
                               .reason = "SelectingAll",
                               .message = "This daemon set is selecting all pods. A non-empty selector is required."});
}

void ReconcileLoop::watch_for_rivals(const objects::DaemonPod& pod) {
  if (!is_guarded() || !may_act() || !sync::Guard::is_foreign_work(pod)) return;
  const cache::Key key{.namespace_ = pod.namespace_, .name = pod.controller->name};
  const cache::DaemonSetState* state = store_.state(key);
  if (state == nullptr || state->daemon_set().uid != pod.controller->uid) return;
  give_way(key, state->daemon_set(), pod.creator, guard_.saw(key, pod, steady_clock::now()));
}

/// Also records writes from before we lead, so that later writes can be distinguished from them.
void ReconcileLoop::watch_for_rivals(const objects::DaemonSet& daemon_set) {
  if (!is_guarded()) return;
  const cache::Key key{.namespace_ = daemon_set.namespace_, .name = daemon_set.name};
  const objects::StatusWrite& last = daemon_set.foreign_status;
  const sync::Rivalry rivalry = guard_.saw(key, last, steady_clock::now());
  if (may_act()) give_way(key, daemon_set, last.manager, rivalry);
}

void ReconcileLoop::give_way(const cache::Key& key, const objects::DaemonSet& daemon_set, const std::string& manager,
                             sync::Rivalry rivalry) {
  if (rivalry == sync::Rivalry::none) return;
  if (rivalry == sync::Rivalry::suspected) return observer_.suspect(key, manager);
  actions_.notify(
      daemon_set,
      {.type = sync::EventType::warning,
       .reason = "AnotherController",
       .message = manager +
                  " creates pods for this daemon set and writes its status, so Everynode does nothing for it. "
                  "Start kube-controller-manager with --controllers=*,-daemonset-controller, or Everynode with "
                  "--take-over=false. Everynode goes on ten minutes after the last sign of it, or when restarted."});
  observer_.rival(key, manager);
}

}  // namespace everynode::reconciler
