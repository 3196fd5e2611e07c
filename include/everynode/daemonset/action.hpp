/// The writes to the API that a plan contains, as values.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

enum class OwnedKind : std::uint8_t { pod, controller_revision };

// Each action names its object: the kind, the name and, if it matters, the UID. `failure_event` is the reason of the
// event that reports a failure; there is none without it.

/// Adopts an orphan that the selector matches (requirement 8.4).
struct Adopt {
  static constexpr std::string_view failure_event = "FailedAdopt";
  OwnedKind kind = OwnedKind::pod;
  std::string name;
  std::string uid;
  bool operator==(const Adopt&) const = default;
};

/// Releases an object that the selector no longer matches (requirement 8.5).
struct Release {
  static constexpr std::string_view failure_event = "FailedRelease";
  OwnedKind kind = OwnedKind::pod;
  std::string name;
  std::string uid;
  bool operator==(const Release&) const = default;
};

struct CreatePod {
  std::string node;
  std::uint64_t name_hash = 0;  ///< equal for equal situations, so that no situation gets two pods
  bool operator==(const CreatePod&) const = default;
};

/// Why a pod is deleted.
enum class DeleteReason : std::uint8_t {
  not_eligible,   ///< its node is not eligible (any more)
  duplicate,      ///< its node has another pod
  failed,         ///< to be replaced
  succeeded,      ///< to be replaced
  node_is_gone,   ///< the node that it is for no longer exists, and nobody ends it there
  outdated,       ///< it is its turn in the rollout
  surge_is_over,  ///< its successor is available
};

struct DeletePod {
  std::string name;
  std::string uid;
  std::string node;
  DeleteReason reason = DeleteReason::not_eligible;
  bool force = false;         ///< without grace: nothing runs there any more
  std::string revision = {};  ///< the hash of its revision if it has failed, else empty
  bool operator==(const DeletePod&) const = default;
};

/// Gives a pod of a duplicate revision the hash of the revision that replaces the duplicate.
struct RelabelPod {
  static constexpr OwnedKind kind = OwnedKind::pod;
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
  static constexpr OwnedKind kind = OwnedKind::controller_revision;
  std::string name;
  std::string resource_version;
  std::optional<std::int64_t> revision;
  std::optional<std::string> hash;
  bool operator==(const ChangeRevision&) const = default;
};

struct DeleteRevision {
  static constexpr OwnedKind kind = OwnedKind::controller_revision;
  std::string name;
  std::string uid;
  bool operator==(const DeleteRevision&) const = default;
};

/// Puts the template of an older revision back into the DaemonSet, as `kubectl rollout undo` does.
struct RestoreTemplate {
  static constexpr std::string_view failure_event = "FailedRollback";
  std::string revision;  ///< the name of the ControllerRevision
  std::string data;      ///< its bytes
  bool operator==(const RestoreTemplate&) const = default;
};

using Action = std::variant<Adopt, Release, CreatePod, DeletePod, RelabelPod, CreateRevision, ChangeRevision,
                            DeleteRevision, RestoreTemplate>;

[[nodiscard]] inline bool creates_pod(const Action& action) {
  return std::holds_alternative<CreatePod>(action);
}

[[nodiscard]] inline bool deletes_pod(const Action& action) {
  return std::holds_alternative<DeletePod>(action);
}

[[nodiscard]] inline bool adopts(const Action& action) {
  return std::holds_alternative<Adopt>(action);
}

/// The key of the object that the action is about: the same each time the action is tried.
[[nodiscard]] std::string object_of(const Action& action);
/// The key of a pod's creation for the node.
[[nodiscard]] std::string object_of_node(std::string_view node);

/// "failed", "outdated", ...
[[nodiscard]] std::string_view name_of(DeleteReason reason);

/// One line for people, e.g. `create a pod for node n1`.
[[nodiscard]] std::string to_text(const Action& action);

/// For programs: {"action":"createPod","node":"n1"}, ...
[[nodiscard]] nlohmann::ordered_json to_json(const Action& action);

}  // namespace everynode::daemonset
