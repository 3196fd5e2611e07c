/// Fits a pod to its node: what its overlays make of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "everynode/codec/json_patch.hpp"
#include "everynode/objects/pod.hpp"
#include "everynode/overlay/catalog.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::overlay {

/// The annotation everynode.dev/overlays: which overlays are in a pod, and a hash of what each gave it:
/// "NAME@HASH,...". Overlays that gave nothing, as others won, are not in it.
inline constexpr std::string_view stamp_annotation = "everynode.dev/overlays";

enum class Part : std::uint8_t { image, args, env, limit, request, priority_class };

/// One value for one place of a pod.
struct Setting {
  Part part = Part::image;
  std::size_t container = 0;       ///< init containers first, then the others
  std::string name{};              ///< of the variable or the resource
  std::string json{};              ///< the value
  Quantity quantity{};             ///< the same, of a request or limit
  Resource resource{};             ///< likewise
  const Amount* amount = nullptr;  ///< where the quantity comes from
  bool by_name = true;             ///< its container is meant by name, not as one of all

  [[nodiscard]] bool same_place(const Setting& other) const {
    return part == other.part && container == other.container && name == other.name;
  }
};

/// An overlay, and what it gives the pod.
struct Contribution {
  const DaemonSetOverlay* overlay = nullptr;
  std::vector<Setting> settings;
};

/// An overlay that selects the pod and is left out.
struct Refusal {
  std::string overlay;
  std::string reason;
  bool lacks_container = false;  ///< for want of a container, which another webhook may add yet

  bool operator==(const Refusal&) const = default;
};

/// What fits a pod to its node. It refers to the catalog.
struct Fit {
  std::vector<Contribution> contributions;  ///< those that win first; each place is in one of them only
  std::vector<Refusal> refusals;
  std::vector<std::string> lowered;  ///< sentences about requests that a limit has lowered
  std::vector<std::string> ties;     ///< sentences about overlays of one priority that want different things
  codec::Patch patch;                ///< without the annotation
  std::string stamp;                 ///< what the annotation should say; empty: no overlay is in the pod
  bool lacks_node = false;           ///< an overlay that selects the pod depends on its node, which is not known
};

/// Total and deterministic, and the same for the pod that comes out: it is given nothing more. An overlay is taken as a
/// whole or left out as a whole. `pod` was read with PodParts::all; `node` is its node, null if it is not known.
///
/// What an overlay could break, it is refused for: a container that the pod does not have, a request above its limit,
/// resources where the pod as a whole has some, an amount without a node, a PriorityClass that is not known. If two
/// overlays together put a request above its limit, the one that loses is left out. One that is in the pod by its
/// annotation is not left out for a limit: the request becomes the limit, and the stamp is as without that limit.
[[nodiscard]] Fit fit(const Catalog& catalog, const objects::Pod& pod, const Node* node);

/// The place in the pod, for people: "containers[agent].resources.requests.cpu".
[[nodiscard]] std::string place_of(const Setting& setting, const objects::Pod& pod);

}  // namespace everynode::overlay
