#include "everynode/cache/assume.hpp"

#include <algorithm>

namespace everynode::cache {
namespace {

class Assumption {
 public:
  Assumption(const objects::DaemonSet& daemon_set, const View& view, Store& store)
      : daemon_set_(daemon_set), view_(view), store_(store) {}

  void operator()(const daemonset::Adopt& action) const { set_controller(action.kind, action.uid, controller()); }
  void operator()(const daemonset::Release& action) const { set_controller(action.kind, action.uid, {}); }

  void operator()(const daemonset::RelabelPod& action) const {
    for (const daemonset::DaemonNode& node : view_.snapshot.nodes) {
      for (const objects::DaemonPod* pod : node.pods) {
        if (pod->uid != action.uid) continue;
        objects::DaemonPod changed = *pod;
        changed.labels.set(objects::revision_hash_label, action.hash);
        return store_.put(std::move(changed));
      }
    }
  }

  void operator()(const daemonset::CreateRevision& action) const {
    objects::ControllerRevision revision;
    revision.namespace_ = daemon_set_.namespace_;
    revision.name = daemon_set_.name + "-" + action.hash;
    revision.uid = "foreseen/" + daemon_set_.uid + "/" + action.hash;
    revision.labels = daemon_set_.pod_template.labels;
    revision.labels.set(objects::revision_hash_label, action.hash);
    revision.controller = controller();
    revision.revision = action.revision;
    revision.data = daemon_set_.revision_data;
    store_.put(std::move(revision));
  }

  void operator()(const daemonset::ChangeRevision& action) const {
    for (const objects::ControllerRevision* revision : view_.snapshot.revisions) {
      if (revision->name != action.name) continue;
      objects::ControllerRevision changed = *revision;
      changed.resource_version += "-foreseen";
      changed.revision = action.revision.value_or(changed.revision);
      if (action.hash) changed.labels.set(objects::revision_hash_label, *action.hash);
      return store_.put(std::move(changed));
    }
  }

  void operator()(const daemonset::DeleteRevision& action) const { store_.remove_revision(action.uid); }
  /// Of others, nothing that the next stage of a plan builds on can be told before they are done.
  void operator()(const auto&) const {}

 private:
  [[nodiscard]] objects::ControllerRef controller() const {
    return {.kind = "DaemonSet", .name = daemon_set_.name, .uid = daemon_set_.uid};
  }

  void set_controller(daemonset::OwnedKind kind, const std::string& uid,
                      objects::Shared<objects::ControllerRef> controller) const {
    if (kind == daemonset::OwnedKind::controller_revision) {
      for (const objects::ControllerRevision* revision : view_.snapshot.revisions) {
        if (revision->uid == uid) return put(*revision, std::move(controller));
      }
    }
    for (const auto pods : {view_.snapshot.orphans, view_.snapshot.unmatched}) {
      for (const objects::DaemonPod* pod : pods) {
        if (pod->uid == uid) return put(*pod, std::move(controller));
      }
    }
  }

  template <class Object>
  void put(Object object, objects::Shared<objects::ControllerRef> controller) const {
    object.controller = std::move(controller);
    object.resource_version += "-foreseen";
    store_.put(std::move(object));
  }

  const objects::DaemonSet& daemon_set_;
  const View& view_;
  Store& store_;
};

}  // namespace

void assume(const daemonset::Action& action, const Key& daemon_set, Store& store) {
  const DaemonSetState* state = store.state(daemon_set);
  if (state == nullptr) return;
  const View view = store.view(daemon_set);
  std::visit(Assumption(state->daemon_set(), view, store), action);
}

}  // namespace everynode::cache
