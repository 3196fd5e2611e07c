/// What the reconciler reads of a Pod: less than an admission does, kept for each pod of each node.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/labels.hpp"
#include "everynode/objects/shared.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::objects {

/// The name under which Everynode's writes are recorded in managedFields: the first part of its User-Agent.
inline constexpr std::string_view field_manager = "everynode";

/// The owner reference whose `controller` is true.
struct ControllerRef {
  std::string kind;
  std::string name;
  std::string uid;

  bool operator==(const ControllerRef&) const = default;
};

/// pending stands for whatever is not over yet and not running, an unknown word included.
enum class PodPhase : std::uint8_t { pending, running, succeeded, failed };

/// What every plan looks at stands first and together: a plan at 5,000 nodes waits for the memory more than for
/// anything.
struct DaemonPod {
  PodPhase phase = PodPhase::pending;
  bool terminating = false;
  bool ready = false;  ///< the Ready condition is True
  bool stuck = false;  ///< its trouble is none that every pod goes through when it starts
  Labels labels;
  Time leaves_by{};    ///< metadata.deletionTimestamp: when one that is terminating should have gone
  Time ready_since{};  ///< since when it is ready, or is not; the epoch: not known
  Time created{};      ///< metadata.creationTimestamp

  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  Shared<ControllerRef> controller;
  std::string node_name;    ///< spec.nodeName: where it is bound; empty: nowhere yet
  std::string target_node;  ///< the node that it is for (daemonset-controller.md 4.6); empty: none, leave it alone
  std::string trouble;      ///< why it is not ready, as far as its status tells; empty if it is or does not

  /// The client that created it, as managedFields tell; empty if that is not known, or was Everynode.
  std::string creator;

  bool operator==(const DaemonPod&) const = default;

  [[nodiscard]] bool is_over() const { return phase == PodPhase::succeeded || phase == PodPhase::failed; }
  /// The revision that it was made from.
  [[nodiscard]] std::string_view revision_hash() const;
};

/// Ready, and for long enough (daemonset-controller.md 10.6).
[[nodiscard]] bool is_available(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now);

/// When a ready pod becomes available, if that is still to come.
[[nodiscard]] std::optional<Time> available_at(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now);

/// Which of two pods stays when a node has too many: bound before unbound, then the older, then the smaller name
/// (daemonset-controller.md 5.8).
[[nodiscard]] bool comes_first(const DaemonPod& a, const DaemonPod& b);

}  // namespace everynode::objects
