/// What the reconciler reads of a DaemonSet.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/labels.hpp"
#include "everynode/objects/switches.hpp"
#include "everynode/objects/template.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::objects {

/// `intstr.IntOrString`: a number, or a percentage of something.
struct IntOrPercent {
  std::int64_t value = 0;
  bool percent = false;

  bool operator==(const IntOrPercent&) const = default;

  /// The number itself, or the percentage of `whole`, rounded up.
  [[nodiscard]] std::int64_t of(std::int64_t whole) const;
};

struct UpdateStrategy {
  bool rolling = true;  ///< false: OnDelete
  IntOrPercent max_unavailable{.value = 1, .percent = false};
  IntOrPercent max_surge;

  bool operator==(const UpdateStrategy&) const = default;

  /// A node may have an old and a new pod at one time (requirement 5.7).
  [[nodiscard]] bool surges() const { return rolling && max_surge.of(1) > 0; }
};

// The types of the conditions that Everynode writes.
inline constexpr std::string_view condition_progressing = "Progressing";
inline constexpr std::string_view condition_degraded = "Degraded";

/// `apps/v1 DaemonSetCondition`.
struct Condition {
  std::string type;
  std::string status;  ///< "True", "False" or "Unknown"
  std::string reason;
  std::string message;
  std::string last_transition_time;  ///< when `status` last changed

  bool operator==(const Condition&) const = default;
};

/// The counters of status (section 11 of the requirements).
struct DaemonSetStatus {
  std::int64_t current_number_scheduled = 0;
  std::int64_t number_misscheduled = 0;
  std::int64_t desired_number_scheduled = 0;
  std::int64_t number_ready = 0;
  std::int64_t observed_generation = 0;
  std::int64_t updated_number_scheduled = 0;
  std::int64_t number_available = 0;
  std::int64_t number_unavailable = 0;

  bool operator==(const DaemonSetStatus&) const = default;
};

/// A write of the status, as managedFields records it.
struct StatusWrite {
  std::string manager;
  std::string time;

  bool operator==(const StatusWrite&) const = default;
};

struct DaemonSet {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  bool terminating = false;
  Time created{};  ///< metadata.creationTimestamp
  Time changed{};  ///< when anything but its status was last written, as managedFields say; the epoch: not known
  Labels labels;
  Labels annotations;
  Switches switches;  ///< of the annotations

  LabelSelector selector;
  UpdateStrategy strategy;
  std::int64_t min_ready_seconds = 0;
  std::int64_t revision_history_limit = 10;
  PodTemplate pod_template;
  std::string revision_data;  ///< what the template's ControllerRevision must contain, byte for byte

  DaemonSetStatus status;
  std::vector<Condition> conditions;  ///< of the two types above, whoever wrote them
  StatusWrite foreign_status;         ///< the last write of counters that was not ours; empty if there was none
  std::string own_status_time;        ///< of our last write of its status; empty if there was none
  std::optional<std::int64_t> collision_count;

  /// Whether the status was last written by Everynode: it is the DaemonSet's controller.
  [[nodiscard]] bool is_taken_over() const {
    return !own_status_time.empty() && own_status_time >= foreign_status.time;
  }
  /// The annotation that the API server counts each change of the template in; nullopt if there is none.
  [[nodiscard]] std::optional<std::int64_t> template_generation() const;
};

}  // namespace everynode::objects
