// The watches of a simulated reconciler.
#include "everynode/files/time_zones.hpp"
#include "simulated_reconciler.hpp"

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
constexpr Kind kind_of(const objects::RolloutPolicy*) {
  return Kind::rollout_policy;
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
void remove(cache::Store& store, const objects::RolloutPolicy& policy) {
  store.remove_policy({.namespace_ = policy.namespace_, .name = policy.name}, policy.uid);
}

constexpr std::size_t all = 1'000'000;
}  // namespace

void SimulatedReconciler::start() {
  store_ = std::make_unique<cache::Store>(rollout::TimeZones(files::load_time_zone));
  if (knows_overlays) list_overlays();
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
  if (knows_policies) list(api_.policies, policies_);
  if (knows_policies) advance(api_.policies, policies_, all);
  started_ = true;
  enqueue_touched(false);
}

template <class T>
void SimulatedReconciler::list(Collection<T>& from, Stream<T>& stream) {
  stream = {.position = from.log().size(), .listed = {}, .next = 0, .version = api_.version(), .listing = true};
  stream.streams = from.log().size() % 2 == 0;  // half of them, and no random number
  for (const auto& [name, object] : from.all()) stream.listed.push_back(object);
  store_->begin_replace(kind_of(static_cast<T*>(nullptr)));
}

template <class T>
void SimulatedReconciler::advance(Collection<T>& from, Stream<T>& stream, std::size_t most) {
  for (; most > 0 && stream.next < stream.listed.size(); --most) put(stream.listed[stream.next++]);
  if (stream.next < stream.listed.size()) return;
  if (stream.listing && stream.streams) stream.version = api_.version();
  const auto end = [&] {
    if (std::exchange(stream.listing, false)) {
      store_->end_replace(kind_of(static_cast<T*>(nullptr)), stream.version);
    }
  };
  if (!stream.streams) end();
  for (; most > 0 && stream.position < from.log().size(); --most) {
    const Change<T>& change = from.log()[stream.position++];
    if (change.deleted) {
      remove(*store_, change.object);
    } else {
      put(change.object);
    }
  }
  if (stream.position == from.log().size()) end();
}

void SimulatedReconciler::put(const objects::Node& node) {
  store_->put(node);
  if (knows_overlays) store_->know_node(size_of(node));
}

void SimulatedReconciler::list_overlays() {
  store_->audit_pods();
  store_->know_classes();
  store_->knowledge().begin_overlays();
  for (const auto& [name, one] : api_.overlays.all()) store_->knowledge().listed(one);
  store_->knowledge().end_overlays();
  store_->know_overlays();
  overlays_seen_ = api_.overlays.log().size();
}

void SimulatedReconciler::advance_overlays(std::size_t most) {
  bool news = false;
  for (; most > 0 && overlays_seen_ < api_.overlays.log().size(); --most) {
    const auto& [version, deleted, one] = api_.overlays.log()[overlays_seen_++];
    news =
        (deleted ? store_->knowledge().remove_overlay(one.namespace_, one.name) : store_->knowledge().put(one)) || news;
  }
  if (news) store_->know_overlays();
}

void SimulatedReconciler::deliver(const std::function<std::size_t()>& most) {
  if (!started_) return;
  advance(api_.nodes, nodes_, most());
  advance(api_.daemon_sets, daemon_sets_, most());
  if (knows_policies) advance(api_.policies, policies_, most());
  if (knows_overlays) advance_overlays(most());
  enqueue_touched(true);
  advance(api_.pods, pods_, most());
  advance(api_.revisions, revisions_, most());
  enqueue_touched(false);
}

void SimulatedReconciler::relist(int kind) {
  if (!started_) return;
  if (kind == 0) list(api_.nodes, nodes_);
  if (kind == 1) list(api_.daemon_sets, daemon_sets_);
  if (kind == 2) list(api_.pods, pods_);
  if (kind == 3) list(api_.revisions, revisions_);
  if (kind == 4 && knows_policies) list(api_.policies, policies_);
}

void SimulatedReconciler::enqueue_touched(bool urgent) {
  for (const cache::Key& key : store_->take_touched_policies()) policy_queue_.add(to_text(key), instant());
  for (const cache::Key& key : store_->take_touched()) {
    urgent ? queue_.add_urgent(to_text(key), instant()) : queue_.add(to_text(key), instant());
  }
}

}  // namespace everynode::simulation
