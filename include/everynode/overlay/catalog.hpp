/// All that is known of overlays, so that a pod's are found at once.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/codec/reader.hpp"
#include "everynode/overlay/overlay.hpp"

namespace everynode::overlay {

/// What a PriorityClass makes of a pod. The API server's admission plugin Priority writes both numbers into a pod
/// before it calls a webhook, runs again after it, and then refuses a pod whose numbers are not those of its class.
struct PriorityClass {
  std::int64_t value = 0;
  std::string preemption_policy = "PreemptLowerPriority";

  bool operator==(const PriorityClass&) const = default;
};

using PriorityClasses = std::map<std::string, PriorityClass, std::less<>>;

/// Reads a PriorityClass into a fresh `out`. One without a name is an error.
objects::ObjectMeta read(codec::JsonValue value, PriorityClass& out);

class Catalog {
 public:
  Catalog() = default;
  /// `classes`: beside the two that each cluster has.
  explicit Catalog(std::vector<DaemonSetOverlay> overlays, PriorityClasses classes = {});

  [[nodiscard]] bool empty() const { return overlays_.empty(); }
  /// The overlays of a namespace, those that win first: by priority, then by name.
  [[nodiscard]] std::span<const DaemonSetOverlay> of(std::string_view name_space) const;
  /// Null if it is not known.
  [[nodiscard]] const PriorityClass* priority_class(std::string_view name) const;
  /// Those of the namespace's overlays that `wanted` is true for, with the classes that they name.
  [[nodiscard]] Catalog part(std::string_view name_space,
                             const std::function<bool(const DaemonSetOverlay&)>& wanted) const;

 private:
  std::vector<DaemonSetOverlay> overlays_;  ///< ascending by namespace
  PriorityClasses classes_;
};

}  // namespace everynode::overlay
