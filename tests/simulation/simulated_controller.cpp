#include "simulated_controller.hpp"

#include "executor.hpp"

namespace everynode::simulation {
namespace {

using Kind = cache::Store::Kind;

constexpr Kind kind_of(const core::Node*) {
  return Kind::node;
}
constexpr Kind kind_of(const core::DaemonSet*) {
  return Kind::daemon_set;
}
constexpr Kind kind_of(const core::DaemonPod*) {
  return Kind::pod;
}
constexpr Kind kind_of(const core::ControllerRevision*) {
  return Kind::controller_revision;
}

void remove(cache::Store& store, const core::Node& node) {
  store.remove_node(node.name);
}
void remove(cache::Store& store, const core::DaemonSet& set) {
  store.remove_daemon_set({.namespace_ = set.namespace_, .name = set.name}, set.uid);
}
void remove(cache::Store& store, const core::DaemonPod& pod) {
  store.remove_pod(pod.uid);
}
void remove(cache::Store& store, const core::ControllerRevision& revision) {
  store.remove_revision(revision.uid);
}

constexpr std::size_t all = 1'000'000;

}  // namespace

void SimulatedController::start() {
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
void SimulatedController::list(Collection<T>& from, Stream<T>& stream) {
  stream = {.position = from.log().size(), .listed = {}, .next = 0, .version = api_.version(), .listing = true};
  for (const auto& [name, object] : from.all()) stream.listed.push_back(object);
  store_->begin_replace(kind_of(static_cast<T*>(nullptr)));
}

template <class T>
void SimulatedController::advance(Collection<T>& from, Stream<T>& stream, std::size_t most) {
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

void SimulatedController::deliver(const std::function<std::size_t()>& most) {
  if (!started_) return;
  advance(api_.nodes, nodes_, most());
  advance(api_.daemon_sets, daemon_sets_, most());
  advance(api_.pods, pods_, most());
  advance(api_.revisions, revisions_, most());
}

void SimulatedController::relist(int kind) {
  if (!started_) return;
  if (kind == 0) list(api_.nodes, nodes_);
  if (kind == 1) list(api_.daemon_sets, daemon_sets_);
  if (kind == 2) list(api_.pods, pods_);
  if (kind == 3) list(api_.revisions, revisions_);
}

bool SimulatedController::work() {
  std::set<cache::Key> keys = std::move(again_);
  again_.clear();
  for (auto& key : store_->take_touched()) keys.insert(std::move(key));
  for (const auto& [key, when] : due_) {
    if (when <= now_) keys.insert(key);
  }
  for (const auto& key : keys) sync(key);
  return !keys.empty();
}

std::optional<core::Time> SimulatedController::due_at() const {
  std::optional<core::Time> first;
  for (const auto& [key, when] : due_) first = std::min(first.value_or(when), when);
  return first;
}

void SimulatedController::sync(const cache::Key& key) {
  constexpr int patience = 30;
  for (int round = 0; round < patience; ++round) {
    if (!sync_once(key)) return;
  }
  again_.insert(key);
}

/// Carries out one plan. True if there may be another at once.
bool SimulatedController::sync_once(const cache::Key& key) {
  due_.erase(key);
  const cache::View view = store_->view(key);
  if (view.snapshot.daemon_set == nullptr) return false;
  const core::Plan plan = core::plan(view.snapshot, now_);
  around_.judge(view.snapshot, plan);
  if (plan.again_at) due_[key] = *plan.again_at;
  const core::DaemonSet set = *view.snapshot.daemon_set;
  if (plan.actions.empty()) {
    if (plan.status) write_status(key, set, *plan.status);
    return false;
  }
  Executor executor(*this, set, plan.hash, view.snapshot);
  bool failed = false;
  for (const core::Action& action : plan.actions) {
    around_.log(set.name + ": " + core::to_text(action));
    if (!executor.execute(action)) failed = true;
  }
  if (failed) again_.insert(key);
  return !failed;
}

void SimulatedController::write_status(const cache::Key& key, const core::DaemonSet& set,
                                       const core::StatusChange& change) {
  around_.log(set.name + ": write status");
  const std::string patch = core::status_patch(change, set.resource_version);
  auto answer = ask([&] { return api_.patch_status(set.name, patch); });
  if (answer.object) {
    store_->put(std::move(*answer.object), cache::Store::Source::write);
  } else {
    again_.insert(key);
  }
}

}  // namespace everynode::simulation
