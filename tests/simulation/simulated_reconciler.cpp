#include "simulated_reconciler.hpp"

#include "everynode/sync/write_status.hpp"

namespace everynode::simulation {
namespace {

using Kind = cache::Store::Kind;

constexpr Kind kind_of(const objects::Node*) {
  return Kind::node;
}
constexpr Kind kind_of(const objects::DaemonSet*) {
  return Kind::daemon_set;
}
constexpr Kind kind_of(const objects::DaemonPod*) {
  return Kind::pod;
}
constexpr Kind kind_of(const objects::ControllerRevision*) {
  return Kind::controller_revision;
}

void remove(cache::Store& store, const objects::Node& node) {
  store.remove_node(node.name);
}
void remove(cache::Store& store, const objects::DaemonSet& set) {
  store.remove_daemon_set({.namespace_ = set.namespace_, .name = set.name}, set.uid);
}
void remove(cache::Store& store, const objects::DaemonPod& pod) {
  store.remove_pod(pod.uid);
}
void remove(cache::Store& store, const objects::ControllerRevision& revision) {
  store.remove_revision(revision.uid);
}

constexpr std::size_t all = 1'000'000;

sync::Answer lost() {
  return std::unexpected(sync::Problem{.failure = sync::Failure::in_doubt, .text = "no answer came", .status = {}});
}

}  // namespace

void SimulatedReconciler::start() {
  started_ = false;
  store_ = std::make_unique<cache::Store>();
  again_.clear();
  due_.clear();
  list(api_.nodes, nodes_);
  advance(api_.nodes, nodes_, all);
  list(api_.daemon_sets, daemon_sets_);
  advance(api_.daemon_sets, daemon_sets_, all);
  around_.meanwhile();
  list(api_.pods, pods_);
  advance(api_.pods, pods_, all);
  around_.meanwhile();
  list(api_.revisions, revisions_);
  advance(api_.revisions, revisions_, all);
  started_ = true;
}

template <class T>
void SimulatedReconciler::list(Collection<T>& from, Stream<T>& stream) {
  stream = {.position = from.log().size(), .listed = {}, .next = 0, .version = api_.version(), .listing = true};
  for (const auto& [name, object] : from.all()) stream.listed.push_back(object);
  store_->begin_replace(kind_of(static_cast<T*>(nullptr)));
}

template <class T>
void SimulatedReconciler::advance(Collection<T>& from, Stream<T>& stream, std::size_t most) {
  for (; most > 0 && stream.next < stream.listed.size(); --most) store_->put(stream.listed[stream.next++]);
  if (stream.next < stream.listed.size()) return;
  if (stream.listing) store_->end_replace(kind_of(static_cast<T*>(nullptr)), stream.version);
  stream.listing = false;
  for (; most > 0 && stream.position < from.log().size(); --most) {
    const Change<T>& change = from.log()[stream.position++];
    if (change.deleted) {
      remove(*store_, change.object);
    } else {
      store_->put(change.object);
    }
  }
}

void SimulatedReconciler::deliver(const std::function<std::size_t()>& most) {
  if (!started_) return;
  advance(api_.nodes, nodes_, most());
  advance(api_.daemon_sets, daemon_sets_, most());
  advance(api_.pods, pods_, most());
  advance(api_.revisions, revisions_, most());
}

void SimulatedReconciler::relist(int kind) {
  if (!started_) return;
  if (kind == 0) list(api_.nodes, nodes_);
  if (kind == 1) list(api_.daemon_sets, daemon_sets_);
  if (kind == 2) list(api_.pods, pods_);
  if (kind == 3) list(api_.revisions, revisions_);
}

bool SimulatedReconciler::work() {
  std::set<cache::Key> keys = std::move(again_);
  again_.clear();
  for (auto& key : store_->take_touched()) keys.insert(std::move(key));
  for (const auto& [key, when] : due_) {
    if (when <= now_) keys.insert(key);
  }
  for (const auto& key : keys) sync(key);
  return !keys.empty();
}

std::optional<objects::Time> SimulatedReconciler::due_at() const {
  std::optional<objects::Time> first;
  for (const auto& [key, when] : due_) first = std::min(first.value_or(when), when);
  return first;
}

void SimulatedReconciler::sync(const cache::Key& key) {
  constexpr int patience = 30;
  for (int round = 0; round < patience; ++round) {
    if (!sync_once(key)) return;
  }
  again_.insert(key);
}

/// Carries out one plan. True if there may be another one at once.
bool SimulatedReconciler::sync_once(const cache::Key& key) {
  due_.erase(key);
  const cache::View view = store_->view(key);
  if (view.snapshot.daemon_set == nullptr) return false;
  const daemonset::Plan plan = daemonset::plan(view.snapshot, now_);
  around_.judge(view.snapshot, plan);
  if (plan.again_at) due_[key] = *plan.again_at;
  const objects::DaemonSet set = *view.snapshot.daemon_set;
  if (plan.actions.empty()) {
    if (!plan.status) return false;
    around_.log(set.name + ": write status");
    sync::WriteStatus machine(set, *plan.status);
    if (!drive(machine, key)) again_.insert(key);
    return false;
  }
  const bool done = carry_out(set, plan);
  if (!done) again_.insert(key);
  return done;
}

/// False: some of it was not done.
bool SimulatedReconciler::carry_out(const objects::DaemonSet& set, const daemonset::Plan& plan) {
  const cache::Key key{.namespace_ = set.namespace_, .name = set.name};
  const auto batch = std::make_shared<sync::Batch>(set, plan, store_->state(key)->unmatched());
  sync::Preparation preparation(batch, plan, store_->state(key)->doubts());
  const sync::Result prepared = drive(preparation, key);
  if (!prepared || *prepared == sync::Next::plan_again) return prepared.has_value();
  bool done = true;
  for (const daemonset::Action& action : plan.actions) {
    around_.log(set.name + ": " + to_text(action));
    const cache::DaemonSetState* const state = store_->state(key);
    const auto machine = sync::begin(action, batch, state == nullptr ? cache::Doubts{} : state->doubts());
    const sync::Result result = drive(*machine, key);
    sync::apply({sync::tried(action, result)}, key, *store_, now_);
    if (result) continue;
    around_.log(set.name + ": " + result.error().text);
    done = false;
  }
  return done;
}

sync::Result SimulatedReconciler::drive(sync::WriteMachine& machine, const cache::Key& key) {
  while (const auto* const request = std::get_if<kube::Request>(&machine.next())) {
    sync::apply(machine.take_effects().changes, key, *store_, now_);
    machine.on_answer(send(*request));
  }
  sync::apply(machine.take_effects().changes, key, *store_, now_);
  return std::get<sync::WriteMachine::Ended>(machine.next()).result;
}

sync::Answer SimulatedReconciler::send(const kube::Request& request) {
  around_.sends(request);
  const Fate fate = around_.fate(request);
  if (fate == Fate::request_lost) {
    around_.meanwhile();
    return lost();
  }
  sync::Answer answer = api_.answer(request, now_);
  around_.meanwhile();
  return fate == Fate::answered ? std::move(answer) : lost();
}

}  // namespace everynode::simulation
