// Passes watches on to the store.
#include <utility>

#include "everynode/objects/objects.hpp"
#include "reconcile_loop.hpp"

namespace everynode::reconciler {

using cache::Store;

cluster::InformerObserver ReconcileLoop::informer_observer(const kube::Resource& resource) {
  cluster::InformerObserver observer;
  observer.page_asked = [this, resource] { observer_.listed(resource); };
  observer.watch_begun = [this, resource] { observer_.watched(resource); };
  observer.failed = [this, resource](protocol::WatchFailure failure, const std::string& trouble) {
    observer_.watch_failed(resource, failure, trouble);
  };
  return observer;
}

/// An object that cannot be read keeps its last known state: nothing is deleted for want of understanding.
template <class Object>
protocol::WatchConsumer ReconcileLoop::consumer(Store::Kind kind, const kube::Resource& resource,
                                                std::function<void(const objects::ObjectMeta&)> remove) {
  const auto read = std::make_shared<Object>();
  const auto take = [this, kind, resource, read](const protocol::Object& object, bool fresh) {
    const objects::ObjectMeta& meta = object.meta;
    if (!object.unreadable.empty()) {
      store_.keep(kind, kind == Store::Kind::node ? meta.name : meta.uid);
      const std::string name = std::string(meta.namespace_) + "/" + std::string(meta.name);
      return observer_.undecodable(resource, name, std::string(object.unreadable));
    }
    if constexpr (std::is_same_v<Object, objects::DaemonPod>) {
      if (fresh) watch_for_rivals(*read);
    }
    if constexpr (std::is_same_v<Object, objects::DaemonSet>) watch_for_rivals(*read);
    store_.put(std::move(*read));
  };
  protocol::WatchConsumer consumer;
  consumer.read = [read](codec::JsonValue value) {
    *read = {};
    return objects::read(value, *read);
  };
  // Of these there are many; the others have JSON in them that is compared byte by byte.
  if constexpr (std::is_same_v<Object, objects::DaemonPod> || std::is_same_v<Object, objects::Node>) {
    consumer.read_protobuf = [read](codec::Message object) {
      *read = {};
      return objects::read(object, *read);
    };
  }
  consumer.begin_replacement = [this, kind] { store_.begin_replace(kind); };
  consumer.listed = [take](const protocol::Object& object) { take(object, false); };
  consumer.end_replacement = [this, kind](std::string_view resource_version) {
    const kube::Continuity found = store_.end_replace(kind, resource_version);
    enqueue_touched();
    wake_.cancel();  // what waits for the lists may begin
    return found;
  };
  consumer.changed = [this, kind, take, remove](protocol::Change change, const protocol::Object& object) {
    if (change == protocol::Change::deleted) {
      remove(object.meta);
    } else {
      take(object, change == protocol::Change::added);
    }
    const bool somebody_waits = kind == Store::Kind::node || kind == Store::Kind::daemon_set;
    return enqueue_touched(somebody_waits);
  };
  consumer.progressed = [](std::string_view) {};
  consumer.before_list = [this, kind] { return store_.before_list(kind); };
  consumer.went_back = [this] { start_over(); };
  return consumer;
}

void ReconcileLoop::add_informers(cluster::Client& client, std::uint64_t seed) {
  using objects::ObjectMeta;
  const auto add = [&](const kube::Resource& resource, protocol::WatchConsumer consumer) {
    informers_.emplace_back(executor_, client, resource, std::move(consumer), informer_observer(resource),
                            seed + informers_.size());
  };
  const auto remove_daemon_set = [this](const ObjectMeta& gone) {
    const cache::Key key{.namespace_ = std::string(gone.namespace_), .name = std::string(gone.name)};
    guard_.forget(key);
    store_.remove_daemon_set(key, gone.uid);
  };
  add(kube::daemon_sets, consumer<objects::DaemonSet>(Store::Kind::daemon_set, kube::daemon_sets, remove_daemon_set));
  add(kube::controller_revisions,
      consumer<objects::ControllerRevision>(Store::Kind::controller_revision, kube::controller_revisions,
                                            [this](const ObjectMeta& gone) { store_.remove_revision(gone.uid); }));
  add(kube::nodes, consumer<objects::Node>(Store::Kind::node, kube::nodes,
                                           [this](const ObjectMeta& gone) { store_.remove_node(gone.name); }));
  add(kube::pods, consumer<objects::DaemonPod>(Store::Kind::pod, kube::pods,
                                               [this](const ObjectMeta& gone) { store_.remove_pod(gone.uid); }));
}

}  // namespace everynode::reconciler
