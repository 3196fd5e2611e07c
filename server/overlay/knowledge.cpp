#include "everynode/overlay/knowledge.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace everynode::overlay {
namespace {

/// The amounts that overlays may reckon with.
constexpr std::array<std::string_view, 4> resources{"cpu", "memory", "ephemeral-storage", "pods"};

objects::Labels kept(const objects::Labels& all, const std::set<std::string, std::less<>>& keys) {
  objects::Labels some;
  for (const auto& [key, value] : all) {
    if (keys.contains(key)) some.set(key, value);
  }
  return some;
}

/// Whether two overlays ask for the same, in whatever version.
bool same_wish(DaemonSetOverlay one, const DaemonSetOverlay& other) {
  one.resource_version = other.resource_version;
  one.generation = other.generation;
  one.status = other.status;
  return one == other;
}

}  // namespace

void NodeKeys::add(const DaemonSetOverlay& overlay) {
  if (overlay.nodes) {
    for (const auto& requirement : overlay.nodes->requirements) labels.insert(requirement.key);
  }
  for (const ContainerOverlay& container : overlay.containers) {
    for (const Variable& variable : container.env) {
      if (variable.source == Variable::Source::node_label) labels.insert(variable.text);
      if (variable.source == Variable::Source::node_annotation) annotations.insert(variable.text);
    }
  }
}

bool NodeKeys::cover(const NodeKeys& others) const {
  if (all) return true;
  return std::ranges::includes(labels, others.labels) && std::ranges::includes(annotations, others.annotations);
}

Node reduced(const Node& node, const NodeKeys& keys) {
  Node out{.name = node.name,
           .labels = keys.all ? node.labels : kept(node.labels, keys.labels),
           .annotations = keys.all ? node.annotations : kept(node.annotations, keys.annotations),
           .allocatable = {}};
  for (const std::string_view resource : resources) {
    if (const Quantity* amount = node.allocatable_of(resource)) out.allocatable.emplace_back(resource, *amount);
  }
  return out;
}

void Knowledge::listed(DaemonSetOverlay overlay) {
  OverlayName name(overlay.namespace_, overlay.name);
  listed_overlays_.insert_or_assign(std::move(name), std::move(overlay));
}

void Knowledge::keep_overlay(std::string_view name_space, std::string_view name) {
  const auto known = overlays_.find(OverlayName(name_space, name));
  if (known != overlays_.end()) listed_overlays_.insert(*known);
}

void Knowledge::keep_node(std::string_view name) {
  if (const Node* known = nodes_.find(name)) listed_nodes_.put(*known);
}

bool Knowledge::covered(const DaemonSetOverlay& overlay) const {
  NodeKeys keys;
  keys.add(overlay);
  return keys_.cover(keys);
}

/// To be called before the newer version takes the place of the one that is known.
void Knowledge::keep_in_force(const OverlayName& name, const DaemonSetOverlay& newer) {
  if (covered(newer)) {
    in_force_.erase(name);
    return;
  }
  const auto known = overlays_.find(name);
  if (known != overlays_.end() && covered(known->second)) in_force_.insert_or_assign(name, known->second);
}

void Knowledge::end_overlays() {
  for (const auto& [name, overlay] : listed_overlays_) keep_in_force(name, overlay);
  std::erase_if(in_force_, [&](const auto& one) { return !listed_overlays_.contains(one.first); });
  overlays_ = std::exchange(listed_overlays_, {});
}

bool Knowledge::put(DaemonSetOverlay overlay) {
  OverlayName name(overlay.namespace_, overlay.name);
  keep_in_force(name, overlay);
  const auto found = overlays_.find(name);
  const bool news = found == overlays_.end() || !same_wish(found->second, overlay);
  overlays_.insert_or_assign(std::move(name), std::move(overlay));
  return news;
}

bool Knowledge::remove_overlay(std::string_view name_space, std::string_view name) {
  in_force_.erase(OverlayName(name_space, name));
  return overlays_.erase(OverlayName(name_space, name)) > 0;
}

bool Knowledge::put(std::string name, PriorityClass one) {
  const auto found = classes_.find(name);
  if (found != classes_.end() && found->second == one) return false;
  classes_.insert_or_assign(std::move(name), std::move(one));
  return true;
}

void Knowledge::begin_nodes() {
  listing_nodes_ = true;
  listed_nodes_ = {};
  listed_keys_ = wanted_keys();
}

void Knowledge::end_nodes() {
  nodes_ = std::exchange(listed_nodes_, {});
  keys_ = std::exchange(listed_keys_, {});
  listing_nodes_ = false;
  std::erase_if(in_force_, [&](const auto& one) { return covered(overlays_.at(one.first)); });
}

bool Knowledge::remove_node(std::string_view name) {
  listed_nodes_.remove(name);
  return nodes_.remove(name);
}

NodeKeys Knowledge::wanted_keys() const {
  NodeKeys keys = least_keys_;
  for (const auto* const overlays : {&overlays_, &in_force_}) {
    for (const auto& [name, overlay] : *overlays) keys.add(overlay);
  }
  return keys;
}

Known Knowledge::known() const {
  std::vector<DaemonSetOverlay> ready;
  for (const auto& [name, overlay] : overlays_) {
    if (covered(overlay)) {
      ready.push_back(overlay);
    } else if (const auto before = in_force_.find(name); before != in_force_.end() && covered(before->second)) {
      ready.push_back(before->second);
    }
  }
  return {.catalog = Catalog(std::move(ready), classes_), .nodes = nodes_};
}

}  // namespace everynode::overlay
