/// What an answer of the API changes in what we know, and what the users are to hear of it.
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

/// The object is no more.
struct Gone {
  daemonset::OwnedKind kind = daemonset::OwnedKind::pod;
  std::string uid;
};

/// The creation of the node's pod is in flight. The node gets no other meanwhile, whatever the next plan is.
struct CreationBegun {
  std::string node;
};

/// It is no longer.
struct CreationEnded {
  std::string node;
};

/// What the API server says of one new pod tells of the others.
struct CreationAnswered {
  std::string refusal;  ///< empty: it was created
};

/// The creation of this pod got no answer: it may be there.
struct CreationInDoubt {
  std::string node;
  std::string pod;
};

/// It is known whether the node's pod in doubt is there.
struct CreationSettled {
  std::string node;
};

/// A deletion got no answer: the pod may be going.
struct DeletionInDoubt {
  daemonset::DeletePod deletion;
};

/// It is known what has become of the pod with this UID.
struct DeletionSettled {
  std::string uid;
};

/// The next pod of this node that fails has to wait longer.
struct FailedPodDeleted {
  std::string node;
};

/// The change of an object was tried.
struct Tried {
  std::string object;  ///< `daemonset::object_of`
  bool failed = false;
};

/// Others have the names that the node's pod would have got in this situation.
struct NamesTaken {
  std::string node;
  cache::TakenNames names;
};

using Change = std::variant<objects::DaemonPod, objects::ControllerRevision, objects::DaemonSet, Gone, CreationBegun,
                            CreationEnded, CreationAnswered, CreationInDoubt, CreationSettled, DeletionInDoubt,
                            DeletionSettled, FailedPodDeleted, Tried, NamesTaken>;

enum class EventType : std::uint8_t { normal, warning };

/// An event on the DaemonSet.
struct Notice {
  EventType type = EventType::normal;
  std::string_view reason;  ///< lives as long as the program
  std::string message;
};

struct Effects {
  std::vector<Change> changes;  ///< in their order
  std::vector<Notice> notices;
};

/// Takes into the store what came of the work for one DaemonSet.
void apply(std::vector<Change> changes, const cache::Key& daemon_set, cache::Store& store, objects::Time now);

}  // namespace everynode::sync
