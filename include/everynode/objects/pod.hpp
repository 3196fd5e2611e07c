/// What Everynode reads of a Pod. The rest of a pod is never read: Everynode sends patches, not re-encoded objects.
///
/// Texts are views into the document that the pod was read from, and live as long as the document: reading a pod
/// allocates memory for its lists only. Nothing else runs as often.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "everynode/objects/affinity.hpp"
#include "everynode/objects/toleration.hpp"

namespace everynode::objects {

struct OwnerReference {
  std::string_view api_version;
  std::string_view kind;
  std::string_view name;
  std::string_view uid;
  bool controller = false;

  bool operator==(const OwnerReference&) const = default;
};

/// The annotations that Everynode reads.
struct PodAnnotations {
  bool mirror = false;           ///< kubernetes.io/config.mirror: the API's image of a static pod
  std::string_view target_node;  ///< everynode.dev/node: set by the user, or by us to remember the node

  bool operator==(const PodAnnotations&) const = default;
};

struct PodMetadata {
  std::string_view name;
  std::string_view generate_name;
  std::string_view namespace_;
  std::optional<PodAnnotations> annotations;  ///< nullopt: absent or null, so a patch must create the map
  std::vector<OwnerReference> owner_references;

  bool operator==(const PodMetadata&) const = default;
};

struct PodSpec {
  std::string_view node_name;
  bool host_network = false;
  std::optional<Affinity> affinity;
  std::optional<Tolerations> tolerations;  ///< nullopt: absent or null, so a patch must create the list

  bool operator==(const PodSpec&) const = default;
};

struct Pod {
  PodMetadata metadata;
  PodSpec spec;

  bool operator==(const Pod&) const = default;
};

}  // namespace everynode::objects
