/// `DaemonSetOverlay` (everynode.dev/v1alpha1): what the pods of a DaemonSet are made of on some of the nodes.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/labels.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/objects/time.hpp"
#include "everynode/overlay/quantity.hpp"

namespace everynode::overlay {

/// An amount of a resource: base + percentOfAllocatable % of what the node has of it + perPod times the pods that it
/// may run; at least min and at most max; then rounded up to a thousandth of a core or a byte. One of the first three
/// is there. None is negative, and min is not above max.
struct Amount {
  std::optional<Quantity> percent_of_allocatable;  ///< 1: one percent
  std::optional<Quantity> base;
  std::optional<Quantity> per_pod;
  std::optional<Quantity> min;
  std::optional<Quantity> max;

  bool operator==(const Amount&) const = default;
};

/// The resources that an overlay may set. A device is not among them: it could give a pod more rights.
enum class Resource : std::uint8_t { cpu, memory, ephemeral_storage };

/// "cpu", "memory", "ephemeral-storage".
[[nodiscard]] std::string_view name_of(Resource resource);

/// A variable of the environment.
struct Variable {
  enum class Source : std::uint8_t { value, node_label, node_annotation };

  std::string name;
  Source source = Source::value;
  std::string text;  ///< the value, or the key of the label or annotation

  bool operator==(const Variable&) const = default;
};

struct ContainerOverlay {
  std::string name;  ///< "*": each container, but no init container
  std::optional<std::string> image;
  std::optional<std::vector<std::string>> args;
  std::vector<Variable> env;
  std::vector<std::pair<Resource, Amount>> requests;
  std::vector<std::pair<Resource, Amount>> limits;

  bool operator==(const ContainerOverlay&) const = default;
};

/// Why an overlay is left out of some pods.
struct RefusalSummary {
  std::string reason;
  std::int64_t pods = 0;
  std::string pod;  ///< the first of them, by name

  bool operator==(const RefusalSummary&) const = default;
};

/// What the reconciler tells of an overlay.
struct OverlayStatus {
  std::int64_t observed_generation = 0;
  std::int64_t daemon_sets = 0;          ///< whose pods it selects
  std::int64_t pods = 0;                 ///< that have it, in whatever version
  std::int64_t outdated = 0;             ///< pods that have something else of it than they would get now
  std::int64_t refused = 0;              ///< pods that it is left out of
  std::vector<RefusalSummary> refusals;  ///< the most frequent ones
  std::vector<objects::Condition> conditions;

  bool operator==(const OverlayStatus&) const = default;
};

struct DaemonSetOverlay {
  std::string namespace_;
  std::string name;
  std::string uid;
  std::string resource_version;
  std::int64_t generation = 0;
  objects::Time created{};
  objects::Time changed{};  ///< when anything but its status was last written; the epoch: not known

  objects::LabelSelector daemon_sets;           ///< by the labels of their pods; the empty one selects all
  std::optional<objects::LabelSelector> nodes;  ///< nullopt: all
  std::int64_t priority = 0;                    ///< the highest wins, field by field; of equals the first by name
  std::vector<ContainerOverlay> containers;
  std::string priority_class_name;  ///< empty: the pod's own

  OverlayStatus status;  ///< as it was told last

  bool operator==(const DaemonSetOverlay&) const = default;
};

/// Reads an overlay into a fresh `out`. Errors name the field: a wrong type, an unknown operator, a container twice, a
/// variable without exactly one source, an amount without a term, an amount below zero, what the API server would
/// refuse in a pod (the name of a variable, an image with white space around it).
objects::ObjectMeta read(codec::JsonValue value, DaemonSetOverlay& out);
/// The same for a text that is one overlay.
[[nodiscard]] std::expected<DaemonSetOverlay, codec::Mistake> read_overlay(const std::string& json,
                                                                           codec::Document& document);

}  // namespace everynode::overlay
