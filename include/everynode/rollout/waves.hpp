/// In which order the nodes get a new revision: which wave of a RolloutPolicy each belongs to.
#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "everynode/objects/rollout_policy.hpp"

namespace everynode::rollout {

/// A wave, or one value's part of a wave that goes by a label. Smaller ones come first.
struct Place {
  std::uint32_t wave = 0;  ///< index in the policy's waves; their number: the rest of the nodes
  std::string part;        ///< the value of the label that the wave goes by; else empty
  /// Of the place itself, in no order: what belongs to equal places can be found by it. Who does not know it leaves 0.
  std::uint32_t number = 0;

  bool operator==(const Place& other) const { return wave == other.wave && part == other.part; }
  auto operator<=>(const Place& other) const { return std::tie(wave, part) <=> std::tie(other.wave, other.part); }
};

/// "canary", "zones/eu-west-1a", or "rest".
[[nodiscard]] std::string name_of(const Place& place, std::span<const objects::Wave> waves);

/// The waves that go by a label and have none of these places: no node that is left to them has the label. Their
/// indices; none if there is no place at all.
[[nodiscard]] std::vector<std::uint32_t> waves_without_nodes(std::span<const objects::Wave> waves,
                                                             std::span<const Place> places);

/// A node, as waves see it.
struct WaveNode {
  std::string_view name;
  objects::Labels labels;
  bool desired = false;  ///< it should run a pod: only such nodes are counted
};

/// The place of each node, kept as nodes come, change and go. A node belongs to the first wave that takes it. Of those
/// that a count leaves to choose from, the ones with the smallest hashes of their names are taken: a node that comes or
/// goes moves one other at most.
class Places {
 public:
  explicit Places(std::span<const objects::Wave> waves = {});

  /// The node with this index, or, behind the last one, another.
  void put(std::size_t index, const WaveNode& node);
  /// The last node gets the index of the one that goes.
  void remove(std::size_t index);
  /// By the nodes' indices. Valid until a node is put or removed.
  [[nodiscard]] std::span<const Place> all();

 private:
  struct Counted {
    std::uint64_t rank = 0;
    bool desired = false;
  };

  [[nodiscard]] Place by_labels(const objects::Labels& labels);
  void count();
  void renumber();

  std::vector<objects::Wave> waves_;
  bool counts_ = false;           ///< there is a wave that takes a count of nodes
  std::vector<Place> by_labels_;  ///< where a node is if no count takes it
  // If there are counts:
  std::vector<Counted> nodes_;
  std::set<std::pair<std::uint64_t, std::size_t>> ranks_;  ///< with the indices of the nodes
  std::vector<Place> places_;                              ///< as far as `counted_`
  std::vector<std::size_t> taken_;                         ///< indices of nodes that counts took
  bool counted_ = false;
  std::int64_t desired_ = 0;
  std::map<Place, std::uint32_t> parts_;  ///< numbers
};

/// The same for nodes that are all known.
[[nodiscard]] std::vector<Place> places_of(std::span<const objects::Wave> waves, std::span<const WaveNode> nodes);

}  // namespace everynode::rollout
