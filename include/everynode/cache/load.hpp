/// A whole cluster from one file: what `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` prints.
#pragma once

#include <cstddef>
#include <string>

#include "everynode/cache/store.hpp"

namespace everynode::cache {

/// How many objects there were, by kind.
struct Loaded {
  std::size_t daemon_sets = 0;
  std::size_t nodes = 0;
  std::size_t pods = 0;
  std::size_t revisions = 0;
  std::size_t others = 0;  ///< passed over
};

/// Puts the items of a List (or the one object that it is) into the store and counts them; items of other kinds are
/// passed over. Returns what is wrong, with the object's place in the list; empty if nothing is.
[[nodiscard]] std::string load(const std::string& json, Store& store, Loaded& loaded);

}  // namespace everynode::cache
