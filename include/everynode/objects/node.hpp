/// What the reconciler reads of a Node: only what decides whether a DaemonSet's pod belongs on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/labels.hpp"
#include "everynode/objects/time.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

struct Taint {
  std::string key;
  std::string value;
  std::string effect;  ///< "NoSchedule", "NoExecute" or "PreferNoSchedule"

  bool operator==(const Taint&) const = default;
};

/// Why nobody can count on a node, whatever its condition Ready says.
enum class Absence : std::uint8_t {
  none,
  deleted,         ///< it has a deletionTimestamp
  out_of_service,  ///< it has the taint
  shutting_down,   ///< GracefulNodeShutdownInProgress, of the lifecycle conditions of KEP-5683, or the kubelet says so
  draining,        ///< DrainInProgress or Drained
  maintenance,     ///< MaintenanceInProgress
};

/// How a node is, as far as a rollout goes by it.
struct NodeHealth {
  bool ready = true;     ///< also where there is no condition Ready
  Time ready_changed{};  ///< when Ready last changed; the epoch: it does not say
  Time created{};        ///< when the node joined
  Absence absence = Absence::none;

  bool operator==(const NodeHealth&) const = default;

  [[nodiscard]] bool good() const { return ready && absence == Absence::none; }
};

struct Node {
  std::string name;
  std::string uid;
  Labels labels;
  std::vector<Taint> taints;
  NodeHealth health{};
  std::string trouble{};                 ///< why it is not ready, for people: what its kubelet says, or its silence
  bool unschedulable = false;            ///< cordoned
  std::optional<std::string> exclude{};  ///< its annotation `everynode.dev/exclude`; nullopt: it has none
  bool readable = true;                  ///< false: it exists, and that is all we know

  bool operator==(const Node&) const = default;
};

/// "NotReady since 2026-11-24T12:00:00Z", "draining", ...; empty for a good one.
[[nodiscard]] std::string to_text(const NodeHealth& health);
/// The same with the node's trouble: "NotReady since 2026-11-24T12:00:00Z (its kubelet is silent)".
[[nodiscard]] std::string to_text(const Node& node);

/// True if the toleration fits the taint (requirement 2.8).
[[nodiscard]] bool tolerates(const Toleration& toleration, const Taint& taint);

/// "key=value:Effect", as kubectl writes a taint.
[[nodiscard]] std::string to_text(const Taint& taint);

}  // namespace everynode::objects
