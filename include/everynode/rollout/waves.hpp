/// In which order the nodes get a new revision: which wave of a RolloutPolicy each belongs to.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/rollout_policy.hpp"

namespace everynode::rollout {

/// A wave, or one value's part of a wave that goes by a label. Smaller ones come first.
struct Place {
  std::uint32_t wave = 0;  ///< index in the policy's waves; their number: the rest of the nodes
  std::string part;        ///< the value of the label that the wave goes by; else empty

  auto operator<=>(const Place&) const = default;
};

/// "canary", "zones/eu-west-1a", or "rest".
[[nodiscard]] std::string name_of(const Place& place, std::span<const objects::Wave> waves);

/// A node, as waves see it.
struct WaveNode {
  std::string_view name;
  objects::Labels labels;
  bool desired = false;  ///< it should run a pod: only such nodes are counted
};

/// The place of each node, in the order of the nodes. A node belongs to the first wave that takes it. Of those that a
/// count leaves to choose from, the ones with the smallest hashes of their names are taken: a node that comes or goes
/// moves one other at most.
[[nodiscard]] std::vector<Place> places_of(std::span<const objects::Wave> waves, std::span<const WaveNode> nodes);

}  // namespace everynode::rollout
