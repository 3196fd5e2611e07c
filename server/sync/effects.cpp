#include "everynode/sync/effects.hpp"

#include <utility>

namespace everynode::sync {
namespace {

using cache::Store;

class Applier {
 public:
  Applier(Store& store, cache::DaemonSetState* state, objects::Time now) : store_(store), state_(state), now_(now) {}

  void operator()(objects::DaemonPod& pod) const { store_.put(std::move(pod), Store::Source::write); }
  void operator()(objects::ControllerRevision& revision) const {
    store_.put(std::move(revision), Store::Source::write);
  }
  void operator()(objects::RolloutPolicy& policy) const { store_.put(std::move(policy), Store::Source::write); }
  void operator()(objects::DaemonSet& daemon_set) const { store_.put(std::move(daemon_set), Store::Source::write); }

  void operator()(const Gone& gone) const {
    if (gone.kind == daemonset::OwnedKind::pod) {
      store_.remove_pod(gone.uid);
    } else {
      store_.remove_revision(gone.uid);
    }
  }

  void operator()(const CreationBegun& one) const {
    if (state_ != nullptr) state_->set_creating(one.node, true);
  }
  void operator()(const CreationEnded& one) const {
    if (state_ != nullptr) state_->set_creating(one.node, false);
  }
  void operator()(CreationAnswered& one) const {
    if (state_ != nullptr) state_->creation_answered(std::move(one.refusal));
  }
  void operator()(CreationInDoubt& one) const {
    if (state_ == nullptr) return;
    state_->repeats().in_doubt(daemonset::object_of_node(one.node));
    state_->doubts().creations.insert_or_assign(std::move(one.node), std::move(one.pod));
  }
  void operator()(const CreationSettled& one) const {
    if (state_ != nullptr) state_->doubts().creations.erase(one.node);
  }
  void operator()(DeletionInDoubt& one) const {
    if (state_ != nullptr) state_->doubts().deletions.insert_or_assign(one.deletion.uid, std::move(one.deletion));
  }
  void operator()(const DeletionSettled& one) const {
    if (state_ != nullptr) state_->doubts().deletions.erase(one.uid);
  }
  void operator()(FailedPodDeleted& one) const {
    if (state_ == nullptr) return;
    state_->backoff().replaced(one.node, std::move(one.revision), now_);
    state_->backoff().sweep(now_);
  }
  void operator()(const Tried& one) const {
    if (state_ == nullptr) return;
    if (one.failed) {
      state_->retries().failed(one.object, now_);
    } else {
      state_->retries().succeeded(one.object);
    }
    if (one.may_be_undone) state_->repeats().done(one.object, now_);
  }
  void operator()(const PodUndone& one) const {
    if (state_ != nullptr) state_->repeats().undone(daemonset::object_of_node(one.node), one.why);
  }
  void operator()(const NodeFound& one) const {
    if (state_ != nullptr) state_->absences().found(one.node, now_);
  }
  void operator()(NamesTaken& one) const {
    if (state_ != nullptr) state_->doubts().taken_names.insert_or_assign(std::move(one.node), one.names);
  }

 private:
  Store& store_;
  cache::DaemonSetState* state_;  ///< null: the DaemonSet no longer exists
  objects::Time now_;
};

}  // namespace

std::optional<Notice> notice_of_undone(const daemonset::Action& action, const cache::DaemonSetState& state,
                                       objects::Time now) {
  const auto* const creation = std::get_if<daemonset::CreatePod>(&action);
  if (creation == nullptr) return std::nullopt;
  const auto why = state.repeats().trouble(daemonset::object_of(action), now);
  if (!why) return std::nullopt;
  return Notice{.type = EventType::warning,
                .reason = "PodsNotStaying",
                .message = "The pods of node " + creation->node + " do not stay: " + std::string(cause_of(*why)) +
                           ". Others are created, but ever more slowly."};
}

void apply(std::vector<Change> changes, const cache::Key& daemon_set, Store& store, objects::Time now) {
  for (Change& change : changes) std::visit(Applier(store, store.state(daemon_set), now), change);
}

}  // namespace everynode::sync
