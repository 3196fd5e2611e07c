/// Of some nodes, the first ones by name. Private to `daemonset`.
#pragma once

#include <algorithm>
#include <boost/container/static_vector.hpp>
#include <cstddef>

#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

[[nodiscard]] inline bool comes_before(const DaemonNode* a, const DaemonNode* b) {
  return a->name < b->name;
}

/// Takes nodes in any order, and keeps three.
class FirstNodes {
 public:
  void add(const DaemonNode& node) {
    if (nodes_.size() == most && !comes_before(&node, nodes_.back())) return;
    if (nodes_.size() == most) nodes_.pop_back();
    nodes_.insert(std::ranges::upper_bound(nodes_, &node, comes_before), &node);
  }

  [[nodiscard]] auto begin() const { return nodes_.begin(); }
  [[nodiscard]] auto end() const { return nodes_.end(); }

 private:
  static constexpr std::size_t most = 3;
  boost::container::static_vector<const DaemonNode*, most> nodes_;
};

}  // namespace everynode::daemonset
