/// What the reconciler keeps of a Pod: less than admission reads, because there is one for each node and DaemonSet.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/objects/labels.hpp"
#include "everynode/objects/shared.hpp"
#include "everynode/objects/shared_text.hpp"
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

/// `pending` stands for all other phases, unknown ones too.
enum class PodPhase : std::uint8_t { pending, running, succeeded, failed };

/// How a pod compares with what admission would make of it now.
enum class Drift : std::uint8_t {
  none,       ///< it is as it should be, or nobody compares
  unknown,    ///< it is not known yet what admission made of it
  outdated,   ///< its overlays or its node have changed since
  unmutated,  ///< it should have overlays, and has no trace of admission by Everynode
};

/// A container, as far as overlays go by it. Amounts are written as in the pod.
struct AdmittedContainer {
  using Amounts = std::vector<std::pair<std::string, std::string>>;

  std::string name;
  Amounts limits;
  Amounts requests;

  bool operator==(const AdmittedContainer&) const = default;
};

/// What admission made of a pod, as far as overlays go by it.
struct Admitted {
  std::string overlays;  ///< the annotation everynode.dev/overlays: which are in it
  std::string refused;   ///< everynode.dev/overlays-refused: the same of those with which the API server refused it
  std::string node;      ///< everynode.dev/node: the webhook has seen it
  std::vector<AdmittedContainer> init_containers;
  std::vector<AdmittedContainer> containers;
  bool own_resources = false;  ///< the pod as a whole has resources, beside its containers

  bool operator==(const Admitted&) const = default;
};

/// The fields that every plan reads come first: most of a plan's time for 5,000 nodes is waiting for memory.
struct DaemonPod {
  PodPhase phase = PodPhase::pending;
  bool terminating = false;
  bool ready = false;   ///< the Ready condition is True
  bool forced = false;  ///< is being deleted without grace: only finalizers hold it
  bool stuck = false;   ///< its trouble is not one that every starting pod has
  Drift drift = Drift::none;
  bool overtaken = false;  ///< its drift comes from an overlay that was changed after the pod was created
  Labels labels;
  Time leaves_by{};    ///< metadata.deletionTimestamp: when a terminating pod should have gone
  Time ready_since{};  ///< when the Ready condition last changed; the epoch: not known
  Time created{};      ///< metadata.creationTimestamp

  SharedText namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  Shared<ControllerRef> controller;
  SharedText node_name;    ///< spec.nodeName: the node that it is bound to; empty: none yet
  SharedText target_node;  ///< the node that it is for (requirement 4.6); empty: none, leave the pod alone
  SharedText trouble;      ///< why it is not ready, according to its status; otherwise empty

  /// The client that created it, according to managedFields; empty if unknown, or if it was Everynode.
  SharedText creator;

  Shared<Admitted> admitted;  ///< read where somebody compares by it only (`AuditedPod`)

  bool operator==(const DaemonPod&) const = default;

  [[nodiscard]] bool is_over() const { return phase == PodPhase::succeeded || phase == PodPhase::failed; }
  /// The hash of the revision that it was made from.
  [[nodiscard]] std::string_view revision_hash() const;
};

/// A pod that is read with what admission made of it.
struct AuditedPod : DaemonPod {};

/// True if the pod has been ready for long enough (requirement 10.6).
[[nodiscard]] bool is_available(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now);

/// True if the pod is over because its node's kubelet shut down, or needed room for a critical pod: it says nothing
/// about the pod (the reasons that `pkg/kubelet/nodeshutdown` and `pkg/kubelet/preemption` write in v1.37).
[[nodiscard]] bool ended_by_node(const DaemonPod& pod);

/// When a ready pod will become available; nullopt if it is not ready, or available already.
[[nodiscard]] std::optional<Time> available_at(const DaemonPod& pod, std::int64_t min_ready_seconds, Time now);

/// Which of two pods stays when a node has too many: bound before unbound, then the older, then the smaller name
/// (requirement 5.8).
[[nodiscard]] bool comes_first(const DaemonPod& a, const DaemonPod& b);

}  // namespace everynode::objects
