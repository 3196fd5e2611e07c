#include "everynode/rollout/waves.hpp"

#include <algorithm>
#include <utility>

#include "everynode/codec/hash.hpp"

namespace everynode::rollout {
namespace {

/// Neighbouring names have nothing to do with each other. Must never change: it decides which nodes are a count's.
std::uint64_t rank_of(std::string_view name) {
  std::uint64_t hash = codec::fnv1a(name);
  hash = (hash ^ (hash >> 33U)) * 0xff51afd7ed558ccdU;
  hash = (hash ^ (hash >> 33U)) * 0xc4ceb9fe1a85ec53U;
  return hash ^ (hash >> 33U);
}

class Placing {
 public:
  Placing(std::span<const objects::Wave> waves, std::span<const WaveNode> nodes)
      : nodes_(nodes), places_(nodes.size(), Place{.wave = static_cast<std::uint32_t>(waves.size()), .part = {}}) {
    left_.reserve(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) left_.push_back(i);
    desired_ = std::ranges::count_if(nodes, &WaveNode::desired);
  }

  /// Gives the wave those of the nodes that are left that are its own.
  void fill(std::uint32_t index, const objects::Wave& wave) {
    if (wave.count) return fill_by_rank(index, wave.count->of(desired_));
    std::erase_if(left_, [&](std::size_t node) {
      const objects::Labels& labels = nodes_[node].labels;
      const std::string* const value = wave.nodes ? nullptr : labels.find(wave.by);
      const bool belongs = wave.nodes ? objects::matches(*wave.nodes, labels) : value != nullptr;
      if (belongs) places_[node] = {.wave = index, .part = value == nullptr ? std::string{} : *value};
      return belongs;
    });
  }

  std::vector<Place> places() { return std::move(places_); }

 private:
  void fill_by_rank(std::uint32_t index, std::int64_t count) {
    std::vector<std::pair<std::uint64_t, std::size_t>> ranks;
    for (const std::size_t node : left_) {
      if (nodes_[node].desired) ranks.emplace_back(rank_of(nodes_[node].name), node);
    }
    const auto end = ranks.begin() + std::clamp<std::int64_t>(count, 0, std::ssize(ranks));
    std::ranges::nth_element(ranks, end);
    for (auto one = ranks.begin(); one != end; ++one) places_[one->second] = {.wave = index, .part = {}};
    std::erase_if(left_, [&](std::size_t node) { return places_[node].wave == index; });
  }

  std::span<const WaveNode> nodes_;
  std::vector<Place> places_;
  std::vector<std::size_t> left_;  ///< nodes that no wave has taken
  std::int64_t desired_ = 0;
};

}  // namespace

std::string name_of(const Place& place, std::span<const objects::Wave> waves) {
  if (place.wave >= waves.size()) return "rest";
  return waves[place.wave].name + (waves[place.wave].by.empty() ? "" : "/" + place.part);
}

std::vector<Place> places_of(std::span<const objects::Wave> waves, std::span<const WaveNode> nodes) {
  Placing placing(waves, nodes);
  for (std::size_t i = 0; i < waves.size(); ++i) placing.fill(static_cast<std::uint32_t>(i), waves[i]);
  return placing.places();
}

}  // namespace everynode::rollout
