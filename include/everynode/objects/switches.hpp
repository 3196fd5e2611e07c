/// Switches for where pods go that Kubernetes has no fields for: annotations of DaemonSets and nodes (section 16 of the
/// requirements).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/labels.hpp"

namespace everynode::objects {

inline constexpr std::string_view exclude_annotation = "everynode.dev/exclude";      ///< of a node
inline constexpr std::string_view placement_annotation = "everynode.dev/placement";  ///< of a DaemonSet
inline constexpr std::string_view suspend_annotation = "everynode.dev/suspend";      ///< likewise

inline constexpr std::string_view startup_annotation = "everynode.dev/startup";  ///< likewise

/// What the annotations of a DaemonSet say.
struct Switches {
  bool suspended = false;
  bool no_virtual_nodes = false;
  bool no_cordoned_nodes = false;
  bool starts_nodes = false;    ///< new nodes wait for its pod (section 18)
  std::string startup_mistake;  ///< why nobody knows whether they do; empty: it is known. It suspends nothing
  std::string mistake;          ///< what cannot be understood, in one line; empty: nothing

  bool operator==(const Switches&) const = default;

  /// Whether anything is said.
  [[nodiscard]] bool any() const { return suspends() || no_virtual_nodes || no_cordoned_nodes; }
  /// Whether no pod is created, replaced or deleted: what nobody understands must neither place nor remove pods.
  [[nodiscard]] bool suspends() const { return suspended || !mistake.empty(); }
};

[[nodiscard]] Switches read_switches(const Labels& annotations);

/// What a node's annotation `everynode.dev/exclude` says of one DaemonSet: "*", or names with commas between them, each
/// NAME (of any namespace) or NAMESPACE/NAME.
enum class Exclusion : std::uint8_t { none, excluded, not_understood };
[[nodiscard]] Exclusion read_exclusion(std::string_view annotation, std::string_view namespace_, std::string_view name);

/// What is wrong with that annotation, in one line; empty: nothing.
[[nodiscard]] std::string mistake_in_exclusion(std::string_view annotation);

}  // namespace everynode::objects
