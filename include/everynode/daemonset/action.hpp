/// What a plan wants done: writes to the API, as values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

enum class OwnedKind : std::uint8_t { pod, controller_revision };

/// Takes an orphan that the selector matches (requirement 8.4).
struct Adopt {
  OwnedKind kind = OwnedKind::pod;
  std::string name;
  std::string uid;
  bool operator==(const Adopt&) const = default;
};

/// Lets go of what the selector no longer matches (requirement 8.5).
struct Release {
  OwnedKind kind = OwnedKind::pod;
  std::string name;
  std::string uid;
  bool operator==(const Release&) const = default;
};

struct CreatePod {
  std::string node;
  std::uint64_t name_hash = 0;  ///< the same for the same situation, so that no situation gets two pods
  bool operator==(const CreatePod&) const = default;
};

/// Why a pod goes.
enum class DeleteReason : std::uint8_t {
  not_eligible,   ///< its node is not for it (any more)
  duplicate,      ///< its node has another
  failed,         ///< to be replaced
  succeeded,      ///< to be replaced
  node_is_gone,   ///< it is bound to no node, and the one that it is for has gone
  outdated,       ///< the rollout's turn
  surge_is_over,  ///< its successor is available
};

struct DeletePod {
  std::string name;
  std::string uid;
  std::string node;
  DeleteReason reason = DeleteReason::not_eligible;
  bool operator==(const DeletePod&) const = default;
};

/// Gives a pod the hash of the revision that took the place of its duplicate.
struct RelabelPod {
  std::string name;
  std::string uid;
  std::string hash;
  bool operator==(const RelabelPod&) const = default;
};

struct CreateRevision {
  std::string hash;
  std::int64_t revision = 1;
  bool operator==(const CreateRevision&) const = default;
};

/// Changes the number of a revision, its hash label, or both.
struct ChangeRevision {
  std::string name;
  std::string resource_version;
  std::optional<std::int64_t> revision;
  std::optional<std::string> hash;
  bool operator==(const ChangeRevision&) const = default;
};

struct DeleteRevision {
  std::string name;
  std::string uid;
  bool operator==(const DeleteRevision&) const = default;
};

using Action =
    std::variant<Adopt, Release, CreatePod, DeletePod, RelabelPod, CreateRevision, ChangeRevision, DeleteRevision>;

[[nodiscard]] inline bool creates_pod(const Action& action) {
  return std::holds_alternative<CreatePod>(action);
}

[[nodiscard]] inline bool deletes_pod(const Action& action) {
  return std::holds_alternative<DeletePod>(action);
}

[[nodiscard]] inline bool adopts(const Action& action) {
  return std::holds_alternative<Adopt>(action);
}

/// What the action is about: the same key for whatever is tried again.
[[nodiscard]] std::string object_of(const Action& action);
/// What a creation of a pod for the node is about.
[[nodiscard]] std::string object_of_node(std::string_view node);

/// "failed", "outdated", ...
[[nodiscard]] std::string_view name_of(DeleteReason reason);

/// One line for people, e.g. `create a pod for node n1`.
[[nodiscard]] std::string to_text(const Action& action);

}  // namespace everynode::daemonset
