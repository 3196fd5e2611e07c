// Passes watches on to the store.
#include <memory>
#include <utility>

#include "everynode/cache/feed.hpp"
#include "everynode/cache/overlay_feed.hpp"
#include "everynode/protocol/sharding.hpp"
#include "reconcile_loop.hpp"

namespace everynode::reconciler {

using cache::Store;
using objects::ObjectMeta;

namespace {

objects::RolloutPolicy unreadable(const ObjectMeta& meta) {
  objects::RolloutPolicy policy;
  policy.namespace_ = meta.namespace_;
  policy.name = meta.name;
  policy.uid = meta.uid;
  policy.resource_version = meta.resource_version;
  return policy;
}

cache::Key key_of(const ObjectMeta& meta) {
  return {.namespace_ = std::string(meta.namespace_), .name = std::string(meta.name)};
}

}  // namespace

cluster::InformerObserver ReconcileLoop::informer_observer(const kube::Resource& resource) {
  cluster::InformerObserver observer;
  observer.page_asked = [this, resource] { observer_.listed(resource); };
  observer.watch_begun = [this, resource] { observer_.watched(resource); };
  observer.failed = [this, resource](protocol::WatchFailure failure, const std::string& problem) {
    observer_.watch_failed(resource, failure, problem);
  };
  return observer;
}

template <class Object>
cache::Feed<Object> ReconcileLoop::feed(const kube::Resource& resource) {
  cache::Feed<Object> feed;
  feed.put = [this](Object&& object, bool) { store_.put(std::move(object)); };
  feed.unreadable = [this, resource](const ObjectMeta& meta, std::string_view problem) {
    const std::string name = std::string(meta.namespace_) + "/" + std::string(meta.name);
    observer_.undecodable(resource, name, std::string(problem));
  };
  feed.replaced = [this] {
    enqueue_touched();
    wake_.cancel();  // what waits for the lists may begin
    policies_.wake();
    overlays_.wake();
  };
  const bool somebody_waits = resource != kube::pods && resource != kube::controller_revisions;
  feed.changed = [this, somebody_waits] { return enqueue_touched(somebody_waits); };
  feed.went_back = [this] { start_over(); };
  return feed;
}

protocol::WatchConsumer ReconcileLoop::policy_consumer() {
  auto policies = feed<objects::RolloutPolicy>(kube::rollout_policies);
  policies.unreadable = [this, say = policies.unreadable](const ObjectMeta& meta, std::string_view problem) {
    store_.keep_policy(unreadable(meta));
    say(meta, problem);
  };
  policies.remove = [this](const ObjectMeta& gone) { store_.remove_policy(key_of(gone), gone.uid); };
  protocol::WatchConsumer consumer = cache::consumer_of(store_, Store::Kind::rollout_policy, std::move(policies));
  consumer.may_be_absent = true;
  return consumer;
}

void ReconcileLoop::add_informer(cluster::Client& client, const kube::Resource& resource,
                                 protocol::WatchConsumer consumer, std::uint64_t seed) {
  kube::Collection collection(resource);
  const bool is_custom = resource.group == kube::rollout_policies.group;
  const bool has_no_namespace = resource == kube::nodes || resource == kube::priority_classes;
  if (settings_.shard && is_custom) consumer = protocol::only_of(*settings_.shard, std::move(consumer));
  if (settings_.shard && !is_custom && !has_no_namespace) {
    consumer.shard = settings_.shard;
    collection.shards = settings_.shard->selector();
  }
  consumer.streams = settings_.streams && !consumer.may_be_absent;
  informers_.emplace_back(executor_, client, std::move(collection), std::move(consumer), informer_observer(resource),
                          seed + informers_.size());
}

/// What overlays say, and the numbers of the PriorityClasses that they name.
void ReconcileLoop::add_overlay_informers(cluster::Client& client, std::uint64_t seed) {
  const auto hooks = [this](const kube::Resource& resource) {
    cache::OverlayHooks made;
    made.changed = [this] {
      enqueue_touched();
      wake_.cancel();
      policies_.wake();
      overlays_.touch_all();
    };
    made.unreadable = [this, resource](const ObjectMeta& meta, std::string_view problem) {
      observer_.undecodable(resource, to_text(key_of(meta)), std::string(problem));
      const bool has_status = resource == kube::daemon_set_overlays;
      if (has_status) overlays_.cannot_read(key_of(meta), std::string(meta.uid), std::string(problem));
    };
    made.settled = [this](const ObjectMeta& meta) { overlays_.can_read(key_of(meta)); };
    return made;
  };
  add_informer(client, kube::daemon_set_overlays, cache::overlay_consumer(store_, hooks(kube::daemon_set_overlays)),
               seed);
  add_informer(client, kube::priority_classes, cache::priority_class_consumer(store_, hooks(kube::priority_classes)),
               seed);
}

void ReconcileLoop::add_informers(cluster::Client& client, std::uint64_t seed) {
  const auto add = [&](const kube::Resource& resource, protocol::WatchConsumer consumer) {
    add_informer(client, resource, std::move(consumer), seed);
  };

  auto daemon_sets = feed<objects::DaemonSet>(kube::daemon_sets);
  daemon_sets.put = [this](objects::DaemonSet&& daemon_set, bool) {
    watch_for_rivals(daemon_set);
    store_.put(std::move(daemon_set));
  };
  daemon_sets.remove = [this](const ObjectMeta& gone) {
    guard_.forget(key_of(gone));
    told_.erase(std::string(gone.uid));
    store_.remove_daemon_set(key_of(gone), gone.uid);
  };
  add(kube::daemon_sets, cache::consumer_of(store_, Store::Kind::daemon_set, std::move(daemon_sets)));

  auto revisions = feed<objects::ControllerRevision>(kube::controller_revisions);
  revisions.remove = [this](const ObjectMeta& gone) { store_.remove_revision(gone.uid); };
  add(kube::controller_revisions, cache::consumer_of(store_, Store::Kind::controller_revision, std::move(revisions)));

  auto nodes = feed<objects::Node>(kube::nodes);
  nodes.put = [this](objects::Node&& node, bool) {
    if (leads_) tell_of_switches(node);
    starts_.saw(node);
    store_.put(std::move(node));
  };
  nodes.remove = [this](const ObjectMeta& gone) {
    told_.erase(std::string(gone.uid));
    store_.remove_node(gone.name);
  };
  add(kube::nodes, settings_.overlays ? cache::sized_node_consumer(store_, std::move(nodes))
                                      : cache::consumer_of(store_, Store::Kind::node, std::move(nodes)));

  auto pods = feed<objects::DaemonPod>(kube::pods);
  pods.put = [this](objects::DaemonPod&& pod, bool fresh) {
    if (fresh) watch_for_rivals(pod);
    store_.put(std::move(pod));
  };
  // A pod that vanishes leaves its node without one; that one which was told to go is gone at last is no news.
  const auto vanished = std::make_shared<bool>(false);
  pods.remove = [this, vanished](const ObjectMeta& gone) { *vanished = store_.remove_pod(gone.uid) || *vanished; };
  pods.changed = [this, vanished] { return enqueue_touched(std::exchange(*vanished, false)); };
  add(kube::pods, settings_.overlays ? cache::audited_pod_consumer(store_, std::move(pods))
                                     : cache::consumer_of(store_, Store::Kind::pod, std::move(pods)));

  add(kube::rollout_policies, policy_consumer());
}

}  // namespace everynode::reconciler
