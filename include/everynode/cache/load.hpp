/// Reads a whole cluster from one file, as `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` prints
/// it.
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
  std::size_t policies = 0;
  std::size_t others = 0;  ///< passed over
};

/// Puts the items of a List (or a single object) into the store and counts them. Ignores items of other kinds. Returns
/// what is wrong, with the object's place in the list; empty if nothing is.
[[nodiscard]] std::string load(const std::string& json, Store& store, Loaded& loaded);

}  // namespace everynode::cache
