// Passes watches on to the store.
#include <utility>

#include "everynode/cache/feed.hpp"
#include "reconcile_loop.hpp"

namespace everynode::reconciler {

using cache::Store;
using objects::ObjectMeta;

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
  };
  const bool somebody_waits = resource == kube::nodes || resource == kube::daemon_sets;
  feed.changed = [this, somebody_waits] { return enqueue_touched(somebody_waits); };
  feed.went_back = [this] { start_over(); };
  return feed;
}

void ReconcileLoop::add_informers(cluster::Client& client, std::uint64_t seed) {
  const auto add = [&](Store::Kind kind, const kube::Resource& resource, auto feed) {
    informers_.emplace_back(executor_, client, resource, cache::consumer_of(store_, kind, std::move(feed)),
                            informer_observer(resource), seed + informers_.size());
  };

  auto daemon_sets = feed<objects::DaemonSet>(kube::daemon_sets);
  daemon_sets.put = [this](objects::DaemonSet&& daemon_set, bool) {
    watch_for_rivals(daemon_set);
    store_.put(std::move(daemon_set));
  };
  daemon_sets.remove = [this](const ObjectMeta& gone) {
    const cache::Key key{.namespace_ = std::string(gone.namespace_), .name = std::string(gone.name)};
    guard_.forget(key);
    store_.remove_daemon_set(key, gone.uid);
  };
  add(Store::Kind::daemon_set, kube::daemon_sets, std::move(daemon_sets));

  auto revisions = feed<objects::ControllerRevision>(kube::controller_revisions);
  revisions.remove = [this](const ObjectMeta& gone) { store_.remove_revision(gone.uid); };
  add(Store::Kind::controller_revision, kube::controller_revisions, std::move(revisions));

  auto nodes = feed<objects::Node>(kube::nodes);
  nodes.remove = [this](const ObjectMeta& gone) { store_.remove_node(gone.name); };
  add(Store::Kind::node, kube::nodes, std::move(nodes));

  auto pods = feed<objects::DaemonPod>(kube::pods);
  pods.put = [this](objects::DaemonPod&& pod, bool fresh) {
    if (fresh) watch_for_rivals(pod);
    store_.put(std::move(pod));
  };
  pods.remove = [this](const ObjectMeta& gone) { store_.remove_pod(gone.uid); };
  add(Store::Kind::pod, kube::pods, std::move(pods));
}

}  // namespace everynode::reconciler
