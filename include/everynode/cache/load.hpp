/// Reads a whole cluster from one file, as `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` prints
/// it.
#pragma once

#include <cstddef>
#include <expected>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/codec/mistake.hpp"

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

/// Puts the items of a List (or a single object) into the store, and adds to the counts: a cluster may be in several
/// texts. Ignores items of other kinds. The error has the object's place in the list.
[[nodiscard]] std::expected<void, codec::Mistake> load(const std::string& json, Store& store, Loaded& loaded);

}  // namespace everynode::cache
