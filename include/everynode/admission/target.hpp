/// Which node a DaemonSet's pod belongs on.
#pragma once

#include <optional>
#include <string_view>

#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// The place in the pod that names its node.
enum class TargetSource {
  node_name,          ///< spec.nodeName
  match_fields,       ///< a required term's matchFields: metadata.name In [one]
  annotation,         ///< everynode.dev/node
  match_expressions,  ///< a required term's matchExpressions: metadata.name In [one]; a mistake, as a label it selects
                      ///< nothing
};

struct Target {
  std::string_view node;  ///< lives as long as the pod
  TargetSource source;

  bool operator==(const Target&) const = default;
};

/// The field's path, as a user would name it: "spec.nodeName", "matchFields", ...
[[nodiscard]] std::string_view name_of(TargetSource source);

/// The value of the annotation everynode.dev/node; empty if there is none.
[[nodiscard]] std::string_view annotated_node(const objects::PodMetadata& metadata);

/// The first of the sources, in the order of TargetSource, that names one node; nullopt if none does. A text that
/// cannot be a node's name does not count: the API server would refuse a pod that is pinned to it.
[[nodiscard]] std::optional<Target> target_of(const objects::Pod& pod);

}  // namespace everynode::admission
