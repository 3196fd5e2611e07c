#include "executor.hpp"

#include <stdexcept>

namespace everynode::simulation {

Executor::Executor(SimulatedController& controller, const core::DaemonSet& set, std::string hash,
                   const core::Snapshot& snapshot)
    : controller_(controller), set_(set), hash_(std::move(hash)) {
  for (const auto& node : snapshot.nodes) {
    for (const auto* pod : node.pods) planned_with_.insert(pod->uid);
  }
}

template <class T>
void Executor::put(Answer<T>& answer) {
  if (answer.object) store().put(std::move(*answer.object), cache::Store::Source::write);
}

bool Executor::may_adopt() {
  if (may_adopt_) return *may_adopt_;
  const auto live = controller_.ask([&] {
    const core::DaemonSet* set = api().daemon_sets.find(set_.name);
    return set == nullptr ? std::nullopt : std::optional(*set);
  });
  may_adopt_ = live && live->uid == set_.uid && !live->terminating;
  return *may_adopt_;
}

bool Executor::operator()(const core::Adopt& action) {
  if (!may_adopt()) return false;
  if (action.kind == core::OwnedKind::pod) {
    auto answer = controller_.ask([&] { return api().adopt(api().pods, action.name, action.uid, set_); });
    if (answer.code == 404) store().remove_pod(action.uid);
    put(answer);
    return answer.code != 422;
  }
  auto answer = controller_.ask([&] { return api().adopt(api().revisions, action.name, action.uid, set_); });
  if (answer.code == 404) store().remove_revision(action.uid);
  put(answer);
  return answer.code != 422;
}

bool Executor::operator()(const core::Release& action) {
  if (action.kind == core::OwnedKind::pod) {
    auto answer = controller_.ask([&] { return api().release(api().pods, action.name, action.uid, set_); });
    if (!answer.object) store().remove_pod(action.uid);
    put(answer);
    return true;
  }
  auto answer = controller_.ask([&] { return api().release(api().revisions, action.name, action.uid, set_); });
  if (!answer.object) store().remove_revision(action.uid);
  put(answer);
  return true;
}

bool Executor::is_ours(const core::DaemonPod& pod, const std::string& node) const {
  return pod.controller && pod.controller->uid == set_.uid && pod.target_node == node &&
         !planned_with_.contains(pod.uid);
}

bool Executor::operator()(const core::CreatePod& action) {
  const auto body =
      core::PodBody::make(set_.pod_template, {.name = set_.name, .uid = set_.uid}, hash_, set_.template_generation());
  if (!body) throw std::runtime_error(body.error());
  for (unsigned attempt = 0;; ++attempt) {
    const std::string name = core::pod_name(set_.name, action.name_seed, attempt);
    const std::string text = body->for_node(name, action.node);
    controller_.around_.sends(text);
    auto answer = controller_.ask([&] { return api().create_pod(text, controller_.now_); });
    if (answer.code == 409) {
      answer = controller_.ask([&] {
        const core::DaemonPod* pod = api().pods.find(name);
        return Answer<core::DaemonPod>{.object = pod == nullptr ? std::nullopt : std::optional(*pod)};
      });
      if (!answer.object) return false;
      if (!is_ours(*answer.object, action.node)) continue;
    }
    put(answer);
    return true;
  }
}

bool Executor::operator()(const core::DeletePod& action) {
  auto answer = controller_.ask([&] { return api().delete_pod(action.name, action.uid); });
  if (!answer.object) {
    store().remove_pod(action.uid);
    return true;
  }
  answer.object->terminating = true;
  put(answer);
  cache::Board* board = store().board({.namespace_ = set_.namespace_, .name = set_.name});
  if (action.reason == core::DeleteReason::failed && board != nullptr) {
    board->backoff().replaced(action.node, controller_.now_);
  }
  return true;
}

bool Executor::operator()(const core::RelabelPod& action) {
  auto answer = controller_.ask([&] { return api().relabel_pod(action.name, action.uid, action.hash); });
  if (!answer.object) store().remove_pod(action.uid);
  put(answer);
  return true;
}

bool Executor::operator()(const core::CreateRevision& action) {
  const std::string body = core::revision_body(set_, action.hash, action.revision);
  auto answer = controller_.ask([&] { return api().create_revision(body); });
  if (answer.code == 409) {
    answer = controller_.ask([&] {
      const auto* revision = api().revisions.find(set_.name + "-" + action.hash);
      return Answer<core::ControllerRevision>{.object = revision == nullptr ? std::nullopt : std::optional(*revision)};
    });
    if (!answer.object) return false;
    const core::Claim claim = core::claim_of(set_, answer.object->controller, answer.object->labels);
    const bool may_be_ours = claim == core::Claim::own || claim == core::Claim::orphan;
    if (answer.object->data != set_.revision_data || !may_be_ours) return collide();
  }
  put(answer);
  return true;
}

/// Another has the name: the next one is tried (daemonset-controller.md 9.7).
bool Executor::collide() {
  auto answer = controller_.ask([&] {
    return api().set_collision_count(set_.name, set_.resource_version, set_.collision_count.value_or(0) + 1);
  });
  put(answer);
  return answer.object.has_value();
}

bool Executor::operator()(const core::ChangeRevision& action) {
  auto answer = controller_.ask(
      [&] { return api().change_revision(action.name, action.resource_version, action.revision, action.hash); });
  put(answer);
  return answer.object.has_value();
}

bool Executor::operator()(const core::DeleteRevision& action) {
  const auto answer = controller_.ask([&] { return api().delete_revision(action.name, action.uid); });
  store().remove_revision(action.uid);
  return answer.code != 409;
}

}  // namespace everynode::simulation
