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

}  // namespace

std::string name_of(const Place& place, std::span<const objects::Wave> waves) {
  if (place.wave >= waves.size()) return "rest";
  return waves[place.wave].name + (waves[place.wave].by.empty() ? "" : "/" + place.part);
}

std::vector<std::uint32_t> waves_without_nodes(std::span<const objects::Wave> waves, std::span<const Place> places) {
  std::vector<std::uint32_t> without;
  if (places.empty()) return without;
  for (std::uint32_t i = 0; i < waves.size(); ++i) {
    if (!waves[i].by.empty() && std::ranges::find(places, i, &Place::wave) == places.end()) without.push_back(i);
  }
  return without;
}

Places::Places(std::span<const objects::Wave> waves)
    : waves_(waves.begin(), waves.end()),
      counts_(std::ranges::any_of(waves, [](const objects::Wave& wave) { return wave.count.has_value(); })) {}

void Places::put(std::size_t index, const WaveNode& node) {
  Place place = by_labels(node.labels);
  const bool added = index == by_labels_.size();
  if (!counts_) {
    added ? by_labels_.push_back(std::move(place)) : std::swap(by_labels_[index], place);
    return;
  }
  if (added) {
    by_labels_.emplace_back();
    places_.emplace_back();
    nodes_.push_back({.rank = rank_of(node.name), .desired = false});
    ranks_.emplace(nodes_[index].rank, index);
  } else if (nodes_[index].desired == node.desired && by_labels_[index] == place) {
    return;
  }
  desired_ += (node.desired ? 1 : 0) - (nodes_[index].desired ? 1 : 0);
  nodes_[index].desired = node.desired;
  places_[index] = by_labels_[index] = std::move(place);
  counted_ = false;
}

void Places::remove(std::size_t index) {
  const std::size_t last = by_labels_.size() - 1;
  by_labels_[index] = std::exchange(by_labels_[last], {});
  by_labels_.pop_back();
  if (!counts_) return;
  desired_ -= nodes_[index].desired ? 1 : 0;
  ranks_.erase({nodes_[index].rank, index});
  if (index != last) {
    ranks_.erase({nodes_[last].rank, last});
    ranks_.emplace(nodes_[last].rank, index);
    nodes_[index] = nodes_[last];
    places_[index] = by_labels_[index];
  }
  nodes_.pop_back();
  places_.pop_back();
  counted_ = false;
}

std::span<const Place> Places::all() {
  // Most parts may be of labels that no node has any more.
  if (parts_.size() > 2 * by_labels_.size() + waves_.size()) renumber();
  if (!counts_) return by_labels_;
  if (!counted_) count();
  counted_ = true;
  return places_;
}

/// In the first wave that takes it by its labels, or in the rest.
Place Places::by_labels(const objects::Labels& labels) {
  const auto rest = static_cast<std::uint32_t>(waves_.size());
  for (std::uint32_t i = 0; i < rest; ++i) {
    const objects::Wave& wave = waves_[i];
    if (wave.nodes && objects::matches(*wave.nodes, labels)) return {.wave = i, .part = {}, .number = i + 1};
    const std::string* const value = wave.by.empty() ? nullptr : labels.find(wave.by);
    if (value == nullptr) continue;
    Place place{.wave = i, .part = *value};
    const auto next = rest + 2 + static_cast<std::uint32_t>(parts_.size());
    place.number = parts_.try_emplace(place, next).first->second;
    return place;
  }
  return {.wave = rest, .part = {}, .number = rest + 1};
}

void Places::renumber() {
  parts_.clear();
  const auto first = static_cast<std::uint32_t>(waves_.size()) + 2;
  for (Place& place : by_labels_) {
    if (place.number < first) continue;
    place.number = parts_.try_emplace(place, first + static_cast<std::uint32_t>(parts_.size())).first->second;
  }
  if (counts_) places_ = by_labels_;
  counted_ = false;
}

/// A count takes nodes that no wave before it has taken, whatever waves behind it would.
void Places::count() {
  for (const std::size_t node : taken_) {
    if (node < places_.size()) places_[node] = by_labels_[node];
  }
  taken_.clear();
  for (std::uint32_t wave = 0; wave < waves_.size(); ++wave) {
    std::int64_t wanted = waves_[wave].count ? waves_[wave].count->of(desired_) : 0;
    for (auto next = ranks_.begin(); wanted > 0 && next != ranks_.end(); ++next) {
      const std::size_t node = next->second;
      if (!nodes_[node].desired || places_[node].wave < wave) continue;
      places_[node] = {.wave = wave, .part = {}, .number = wave + 1};
      taken_.push_back(node);
      --wanted;
    }
  }
}

std::vector<Place> places_of(std::span<const objects::Wave> waves, std::span<const WaveNode> nodes) {
  Places places(waves);
  for (std::size_t i = 0; i < nodes.size(); ++i) places.put(i, nodes[i]);
  const std::span<const Place> all = places.all();
  return {all.begin(), all.end()};
}

}  // namespace everynode::rollout
