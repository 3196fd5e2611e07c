/// Finds the controller that a pod belongs to.
#pragma once

#include <span>
#include <string_view>

#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// A kind of controller that puts one pod on every node, beside `DaemonSet`.
struct GroupKind {
  std::string_view group;  ///< e.g. "apps.example.com"; "*": any group
  std::string_view kind;

  bool operator==(const GroupKind&) const = default;
};

/// The reference whose `controller` is true, or null. The API server admits at most one.
[[nodiscard]] const objects::OwnerReference* controller_of(const objects::PodMetadata& metadata);

/// The group of an apiVersion: "apps/v1" -> "apps", "v1" -> "".
[[nodiscard]] std::string_view group_of(std::string_view api_version);

/// True for the kind `DaemonSet` of any API group (apps, apps.kruise.io, ...), and for the kinds in `further`.
[[nodiscard]] bool is_daemon_set(const objects::OwnerReference& owner, std::span<const GroupKind> further);

}  // namespace everynode::admission
