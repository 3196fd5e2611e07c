// From watches into the store.
#include <utility>

#include "everynode/controller/controller.hpp"
#include "everynode/core/objects.hpp"

namespace everynode::controller {

using cache::Store;

cluster::InformerObserver Controller::informer_observer(const kube::Resource& resource) {
  cluster::InformerObserver observer;
  observer.page_asked = [this, resource] { observer_.listed(resource); };
  observer.watch_begun = [this, resource] { observer_.watched(resource); };
  observer.failed = [this, resource](kube::WatchFailure failure, const std::string& trouble) {
    observer_.watch_failed(resource, failure, trouble);
  };
  return observer;
}

/// An object that cannot be read keeps its last known state: nothing is deleted for want of understanding.
template <class Read>
kube::WatchConsumer Controller::consumer(Store::Kind kind, const kube::Resource& resource, Read read,
                                         std::function<void(const kube::Object&)> remove) {
  const auto take = [this, kind, resource, read](const kube::Object& object, bool fresh) {
    auto decoded = read(object.json, document_);
    if (decoded) {
      if constexpr (std::is_same_v<typename decltype(decoded)::value_type, core::DaemonPod>) {
        if (fresh) watch_for_rivals(*decoded);
      }
      if constexpr (std::is_same_v<typename decltype(decoded)::value_type, core::DaemonSet>) {
        watch_for_rivals(*decoded);
      }
      return store_.put(std::move(*decoded));
    }
    store_.keep(kind, kind == Store::Kind::node ? object.name : object.uid);
    observer_.undecodable(resource, std::string(object.namespace_) + "/" + std::string(object.name), decoded.error());
  };
  kube::WatchConsumer consumer;
  consumer.begin_replacement = [this, kind] { store_.begin_replace(kind); };
  consumer.listed = [take](const kube::Object& object) { take(object, false); };
  consumer.end_replacement = [this, kind](std::string_view resource_version) {
    store_.end_replace(kind, resource_version);
    enqueue_touched();
    wake_.cancel();  // what waits for the lists may begin
  };
  consumer.changed = [this, kind, take, remove](kube::Change change, const kube::Object& object) {
    if (change == kube::Change::deleted) {
      remove(object);
    } else {
      take(object, change == kube::Change::added);
    }
    const bool somebody_waits = kind == Store::Kind::node || kind == Store::Kind::daemon_set;
    return enqueue_touched(somebody_waits);
  };
  consumer.progressed = [](std::string_view) {};
  return consumer;
}

kube::WatchConsumer Controller::node_consumer() {
  return consumer(Store::Kind::node, kube::nodes, core::read_node,
                  [this](const kube::Object& node) { store_.remove_node(node.name); });
}

kube::WatchConsumer Controller::pod_consumer() {
  return consumer(Store::Kind::pod, kube::pods, core::read_daemon_pod,
                  [this](const kube::Object& pod) { store_.remove_pod(pod.uid); });
}

kube::WatchConsumer Controller::daemon_set_consumer() {
  return consumer(Store::Kind::daemon_set, kube::daemon_sets, core::read_daemon_set, [this](const kube::Object& gone) {
    const cache::Key key{.namespace_ = std::string(gone.namespace_), .name = std::string(gone.name)};
    guard_.forget(key);
    store_.remove_daemon_set(key, gone.uid);
  });
}

kube::WatchConsumer Controller::revision_consumer() {
  return consumer(Store::Kind::controller_revision, kube::controller_revisions, core::read_controller_revision,
                  [this](const kube::Object& revision) { store_.remove_revision(revision.uid); });
}

}  // namespace everynode::controller
