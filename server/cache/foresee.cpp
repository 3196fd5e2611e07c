#include "everynode/cache/foresee.hpp"

#include <algorithm>

namespace everynode::cache {
namespace {

class Foreseer {
 public:
  Foreseer(const core::DaemonSet& daemon_set, const View& view, Store& store)
      : daemon_set_(daemon_set), view_(view), store_(store) {}

  void operator()(const core::Adopt& action) const { set_controller(action.kind, action.uid, controller()); }
  void operator()(const core::Release& action) const { set_controller(action.kind, action.uid, {}); }

  void operator()(const core::RelabelPod& action) const {
    for (const core::DaemonNode& node : view_.snapshot.nodes) {
      for (const core::DaemonPod* pod : node.pods) {
        if (pod->uid != action.uid) continue;
        core::DaemonPod changed = *pod;
        changed.labels.set(core::revision_hash_label, action.hash);
        return store_.put(std::move(changed));
      }
    }
  }

  void operator()(const core::CreateRevision& action) const {
    core::ControllerRevision revision;
    revision.namespace_ = daemon_set_.namespace_;
    revision.name = daemon_set_.name + "-" + action.hash;
    revision.uid = "foreseen/" + daemon_set_.uid + "/" + action.hash;
    revision.labels = daemon_set_.pod_template.labels;
    revision.labels.set(core::revision_hash_label, action.hash);
    revision.controller = controller();
    revision.revision = action.revision;
    revision.data = daemon_set_.revision_data;
    store_.put(std::move(revision));
  }

  void operator()(const core::ChangeRevision& action) const {
    for (const core::ControllerRevision* revision : view_.snapshot.revisions) {
      if (revision->name != action.name) continue;
      core::ControllerRevision changed = *revision;
      changed.resource_version += "-foreseen";
      changed.revision = action.revision.value_or(changed.revision);
      if (action.hash) changed.labels.set(core::revision_hash_label, *action.hash);
      return store_.put(std::move(changed));
    }
  }

  void operator()(const core::DeleteRevision& action) const { store_.remove_revision(action.uid); }
  void operator()(const core::CreatePod&) const {}
  void operator()(const core::DeletePod&) const {}

 private:
  [[nodiscard]] core::ControllerRef controller() const {
    return {.kind = "DaemonSet", .name = daemon_set_.name, .uid = daemon_set_.uid};
  }

  void set_controller(core::OwnedKind kind, const std::string& uid,
                      core::Shared<core::ControllerRef> controller) const {
    if (kind == core::OwnedKind::controller_revision) {
      for (const core::ControllerRevision* revision : view_.snapshot.revisions) {
        if (revision->uid == uid) return put(*revision, std::move(controller));
      }
    }
    for (const auto pods : {view_.snapshot.orphans, view_.snapshot.strays}) {
      for (const core::DaemonPod* pod : pods) {
        if (pod->uid == uid) return put(*pod, std::move(controller));
      }
    }
  }

  template <class Object>
  void put(Object object, core::Shared<core::ControllerRef> controller) const {
    object.controller = std::move(controller);
    object.resource_version += "-foreseen";
    store_.put(std::move(object));
  }

  const core::DaemonSet& daemon_set_;
  const View& view_;
  Store& store_;
};

}  // namespace

void foresee(const core::Action& action, const Key& daemon_set, Store& store) {
  const Board* board = store.board(daemon_set);
  if (board == nullptr) return;
  const View view = store.view(daemon_set);
  std::visit(Foreseer(board->daemon_set(), view, store), action);
}

}  // namespace everynode::cache
