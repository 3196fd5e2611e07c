/// What a webhook knows of a cluster's nodes, overlays and PriorityClasses, as lists and watches tell it.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "everynode/overlay/catalog.hpp"
#include "everynode/overlay/node.hpp"

namespace everynode::overlay {

/// Which labels and annotations of nodes somebody asks for. Nobody keeps the others: they are most of a node.
struct NodeKeys {
  bool all = false;  ///< whatever their keys are
  std::set<std::string, std::less<>> labels;
  std::set<std::string, std::less<>> annotations;

  void add(const DaemonSetOverlay& overlay);
  [[nodiscard]] bool cover(const NodeKeys& others) const;
  bool operator==(const NodeKeys&) const = default;
};

/// The node with these keys and the amounts that overlays may reckon with, and no more.
[[nodiscard]] Node reduced(const Node& node, const NodeKeys& keys);

/// One state of it, which never changes.
struct Known {
  Catalog catalog;
  Nodes nodes;
};

/// Takes objects one by one, or a list of all of them between `begin` and `end`: what was not listed is gone. The
/// functions that take objects say whether that was news.
class Knowledge {
 public:
  Knowledge() = default;
  /// `keys`: what is kept of the nodes, beside what overlays ask for.
  explicit Knowledge(NodeKeys keys) : least_keys_(keys), keys_(std::move(keys)) {}

  using OverlayName = std::pair<std::string, std::string>;  ///< namespace and name
  using Overlays = std::map<OverlayName, DaemonSetOverlay>;

  void begin_overlays() { listed_overlays_.clear(); }
  void listed(DaemonSetOverlay overlay);
  /// It was listed, but cannot be read: it stays as it was known.
  void keep_overlay(std::string_view name_space, std::string_view name);
  void end_overlays();
  bool put(DaemonSetOverlay overlay);
  bool remove_overlay(std::string_view name_space, std::string_view name);

  void begin_classes() { listed_classes_.clear(); }
  void listed(std::string name, PriorityClass one) {
    listed_classes_.insert_or_assign(std::move(name), std::move(one));
  }
  void end_classes() { classes_ = std::exchange(listed_classes_, {}); }
  bool put(std::string name, PriorityClass one);
  bool remove_class(std::string_view name) { return classes_.erase(std::string(name)) > 0; }

  /// They are about to be listed.
  void expect_nodes() { listing_nodes_ = true; }
  void begin_nodes();
  void listed(const Node& node) { listed_nodes_.put(reduced(node, listed_keys_)); }
  void keep_node(std::string_view name);
  void end_nodes();
  bool put(const Node& node) { return nodes_.put(reduced(node, keys_)); }
  /// Also if a list that is under way has named it already.
  bool remove_node(std::string_view name);
  /// Not if a list has named it: whoever tells may be behind that, and it is there anew.
  bool remove_node_until_listed(std::string_view name) { return nodes_.remove(name); }

  /// True if overlays ask for more of the nodes than was kept of them, and no list is on its way: then they must be
  /// listed again. Until such a list is complete these overlays are in `known` as they were before, or not at all.
  [[nodiscard]] bool nodes_lack_keys() const { return !listing_nodes_ && !keys_.cover(wanted_keys()); }
  [[nodiscard]] Known known() const;
  [[nodiscard]] std::size_t nodes() const { return nodes_.size(); }
  [[nodiscard]] std::size_t overlays() const { return overlays_.size(); }
  /// With the statuses that they have now, which are no news.
  [[nodiscard]] const Overlays& all_overlays() const { return overlays_; }

 private:
  [[nodiscard]] NodeKeys wanted_keys() const;
  [[nodiscard]] bool covered(const DaemonSetOverlay& overlay) const;
  void keep_in_force(const OverlayName& name, const DaemonSetOverlay& newer);

  Overlays overlays_;
  Overlays in_force_;  ///< what the nodes were listed for, of overlays that ask for more now
  Overlays listed_overlays_;
  PriorityClasses classes_;
  PriorityClasses listed_classes_;
  Nodes nodes_;
  Nodes listed_nodes_;
  NodeKeys least_keys_;
  NodeKeys keys_;         ///< that were kept of `nodes_`
  NodeKeys listed_keys_;  ///< likewise
  bool listing_nodes_ = false;
};

}  // namespace everynode::overlay
