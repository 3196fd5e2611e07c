/// What Everynode reads of a Pod. The rest of a pod is never read: Everynode sends patches, not re-encoded objects.
///
/// Texts are views into the document that the pod was read from, and live as long as the document: reading a pod
/// allocates memory for its lists only. Nothing else runs as often.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/objects/affinity.hpp"
#include "everynode/objects/labels.hpp"
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
  bool mirror = false;                ///< kubernetes.io/config.mirror: the API's image of a static pod
  std::string_view target_node;       ///< everynode.dev/node: set by the user, or by us to remember the node
  std::string_view overlays;          ///< everynode.dev/overlays: set by us; which overlays are in the pod
  std::string_view refused_overlays;  ///< everynode.dev/overlays-refused: set by us; those it was refused with

  bool operator==(const PodAnnotations&) const = default;
};

/// How much of a pod is read.
enum class PodParts {
  placement,  ///< what says whose it is and where it runs
  texts,      ///< also priority, and labels and containers as they are written
  all,        ///< also labels, priority and containers
};

struct PodMetadata {
  std::string_view name;
  std::string_view generate_name;
  std::string_view namespace_;
  std::optional<PodAnnotations> annotations;  ///< nullopt: absent or null, so a patch must create the map
  std::vector<OwnerReference> owner_references;
  Labels labels;                 ///< read with PodParts::all only
  std::string_view labels_json;  ///< read with PodParts::texts only: an object of JSON; empty if it is absent or null

  bool operator==(const PodMetadata&) const = default;
};

struct EnvVar {
  std::string_view name;
  std::string_view value;
  bool from_source = false;  ///< it has a valueFrom

  bool operator==(const EnvVar&) const = default;
};

/// A quantity as it is written: "100m"; also a number.
struct AmountText {
  std::string_view text;

  bool operator==(const AmountText&) const = default;
};

/// Names of resources and how much of each.
using ResourceAmounts = std::vector<std::pair<std::string_view, AmountText>>;

struct Resources {
  std::optional<ResourceAmounts> limits;
  std::optional<ResourceAmounts> requests;

  bool operator==(const Resources&) const = default;
};

struct Container {
  std::string_view name;
  std::optional<std::string_view> image;
  std::optional<std::vector<std::string_view>> args;
  std::optional<std::vector<EnvVar>> env;
  std::optional<Resources> resources;

  bool operator==(const Container&) const = default;
};

struct PodSpec {
  std::string_view node_name;
  bool host_network = false;
  std::optional<Affinity> affinity;
  std::optional<Tolerations> tolerations;  ///< nullopt: absent or null, so a patch must create the list

  // Read with PodParts::all only.
  std::optional<std::vector<Container>> init_containers;
  std::optional<std::vector<Container>> containers;

  // Likewise with PodParts::texts: arrays.
  std::string_view init_containers_json;
  std::string_view containers_json;

  // Not read with PodParts::placement.
  std::optional<std::string_view> priority_class_name;
  std::optional<std::int64_t> priority;
  std::optional<std::string_view> preemption_policy;
  bool own_resources = false;  ///< the pod as a whole has resources, beside its containers

  bool operator==(const PodSpec&) const = default;
};

struct Pod {
  PodMetadata metadata;
  PodSpec spec;

  bool operator==(const Pod&) const = default;
};

}  // namespace everynode::objects
