/// What an answer of the API changes in our knowledge, and which events users get.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/action.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::sync {

/// The object no longer exists.
struct Gone {
  daemonset::OwnedKind kind = daemonset::OwnedKind::pod;
  std::string uid;
};

/// The creation of the node's pod is in flight. Until it ends, no plan creates another pod for the node.
struct CreationBegun {
  std::string node;
};

/// The creation is no longer in flight.
struct CreationEnded {
  std::string node;
};

/// The API server's answer about one new pod applies to the others.
struct CreationAnswered {
  std::string refusal;  ///< empty: it was created
};

/// The creation of this pod got no answer: the pod may exist.
struct CreationInDoubt {
  std::string node;
  std::string pod;
};

/// We know now whether the node's pod in doubt exists.
struct CreationSettled {
  std::string node;
};

/// A deletion got no answer: the pod may be terminating.
struct DeletionInDoubt {
  daemonset::DeletePod deletion;
};

/// We know now what happened to the pod with this UID.
struct DeletionSettled {
  std::string uid;
};

/// The next failed pod of this node has to wait longer.
struct FailedPodDeleted {
  std::string node;
  std::string revision;  ///< the hash
};

/// Pods of the node do not stay: this is what becomes of one.
struct PodUndone {
  std::string node;
  daemonset::Undone why = daemonset::Undone::deleted;
};

/// A live read has found the node, though the store knows of none.
struct NodeFound {
  std::string node;
};

/// The change of an object was tried.
struct Tried {
  std::string object;  ///< `daemonset::object_of`
  bool failed = false;
  bool may_be_undone = false;  ///< it was done, and if somebody undoes it, it is to be done again
};

/// Other objects have the names that the node's pod would get in this situation.
struct NamesTaken {
  std::string node;
  cache::TakenNames names;
};

using Change =
    std::variant<objects::DaemonPod, objects::ControllerRevision, objects::DaemonSet, objects::RolloutPolicy, Gone,
                 CreationBegun, CreationEnded, CreationAnswered, CreationInDoubt, CreationSettled, DeletionInDoubt,
                 DeletionSettled, FailedPodDeleted, PodUndone, NodeFound, Tried, NamesTaken>;

enum class EventType : std::uint8_t { normal, warning };

/// An event on the DaemonSet.
struct Notice {
  EventType type = EventType::normal;
  std::string_view reason;  ///< lives as long as the program
  std::string message;
};

struct Effects {
  std::vector<Change> changes;  ///< in order
  std::vector<Notice> notices;
};

/// What the users are to hear when a pod was created for a node whose pods do not stay, as the state is after `apply`.
[[nodiscard]] std::optional<Notice> notice_of_undone(const daemonset::Action& action,
                                                     const cache::DaemonSetState& state, objects::Time now);

/// Takes into the store what came of the work for one DaemonSet.
void apply(std::vector<Change> changes, const cache::Key& daemon_set, cache::Store& store, objects::Time now);

}  // namespace everynode::sync
