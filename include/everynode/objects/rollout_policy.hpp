/// `RolloutPolicy` (everynode.dev/v1alpha1): how new revisions of DaemonSets are rolled out. Its fields are explained
/// in charts/everynode/files/rolloutpolicies.yaml, which is also where the API server gets its rules from.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::objects {

/// Some of the nodes: exactly one of `nodes`, `count` and `by` says which.
struct Wave {
  std::string name;
  std::optional<LabelSelector> nodes;
  std::optional<IntOrPercent> count;
  std::string by;                               ///< the key of a label; empty: one of the others
  std::optional<IntOrPercent> max_unavailable;  ///< of the wave's nodes
  std::chrono::milliseconds soak{0};
  bool hold = false;

  bool operator==(const Wave&) const = default;
};

/// What follows when too many nodes have failed.
enum class AfterFailure : std::uint8_t {
  pause,
  rollback,  ///< to the revision that was last complete
};

/// When a rollout stops by itself.
struct RolloutFailure {
  IntOrPercent max_failed_nodes;
  std::chrono::milliseconds progress_deadline = std::chrono::minutes(10);
  AfterFailure then = AfterFailure::pause;

  bool operator==(const RolloutFailure&) const = default;
};

/// When pods may be replaced: on these days from one time of day to another. If `to` is not later than `from`, it is
/// of the next day.
struct Window {
  std::uint8_t days = 0b111'1111;  ///< on which it opens: bit 0 is Monday
  std::chrono::minutes from{0};    ///< since midnight, less than a day
  std::chrono::minutes to = std::chrono::hours(24);
  std::string time_zone = "UTC";  ///< a name of the IANA database

  bool operator==(const Window&) const = default;
};

/// A wave on hold that may go on, for one revision.
struct Promotion {
  std::string daemon_set;
  std::string wave;      ///< "canary" or "zones/a"
  std::string revision;  ///< the name of a ControllerRevision

  bool operator==(const Promotion&) const = default;
};

/// A node, and what is the matter with it.
struct NodeRemark {
  std::string name;
  std::string reason;

  bool operator==(const NodeRemark&) const = default;
};

/// A revision that failed and is not rolled out again by itself.
struct FailedRevision {
  std::string revision;         ///< the name of a ControllerRevision
  std::int64_t generation = 0;  ///< the DaemonSet's, when it had failed: only this one's template is replaced
  std::string message;          ///< why, for people

  bool operator==(const FailedRevision&) const = default;
};

/// How far one DaemonSet is.
struct DaemonSetRollout {
  std::string name;
  std::string revision;  ///< the name of the ControllerRevision that is rolled out
  std::string phase;
  std::string wave;  ///< empty: all are done
  std::int64_t desired = 0;
  std::int64_t updated = 0;                      ///< nodes with an available pod of the revision
  std::int64_t deferred = 0;                     ///< nodes that were bad before their turn
  std::int64_t failed = 0;                       ///< nodes that the rollout made bad
  std::vector<NodeRemark> deferred_nodes;        ///< the first few, by name
  std::vector<NodeRemark> failed_nodes;          ///< likewise
  std::string last_complete_revision;            ///< the name of a ControllerRevision; empty: none is known
  std::vector<FailedRevision> failed_revisions;  ///< the last ones, oldest first
  std::string message;

  bool operator==(const DaemonSetRollout&) const = default;
};

struct RolloutPolicyStatus {
  std::int64_t observed_generation = 0;
  std::string phase;
  std::string wave;
  std::string progress;
  std::vector<DaemonSetRollout> daemon_sets;  ///< by name
  std::vector<Promotion> promoted;
  std::vector<Condition> conditions;

  bool operator==(const RolloutPolicyStatus&) const = default;
};

struct RolloutPolicy {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  Time created{};
  bool terminating = false;
  bool readable = true;  ///< false: there is one, and that is all we know. It pauses what no other policy serves

  LabelSelector selector;  ///< of DaemonSets; the empty one selects all
  bool paused = false;
  std::optional<IntOrPercent> max_unavailable;  ///< nullopt: the DaemonSet's own
  bool counts_bad_nodes = false;  ///< as Kubernetes does; else who was bad before uses no budget and blocks no wave
  bool repair = false;            ///< pods that admission let through as they were are replaced too
  std::vector<Wave> waves;
  std::optional<RolloutFailure> failure;
  std::vector<Window> windows;  ///< empty: always

  RolloutPolicyStatus status;

  bool operator==(const RolloutPolicy&) const = default;
};

/// Reads "30s", "10m", "1h30m", "500ms": up to four numbers of up to five digits with a unit each (as GEP-2257 of
/// the Gateway API). nullopt: not a duration.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Reads "00:00" to "24:00" as the time since midnight. nullopt: not a time of day.
[[nodiscard]] std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

}  // namespace everynode::objects
