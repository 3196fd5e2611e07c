/// A whole cluster from one file: what `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` prints.
#pragma once

#include <string>

#include "everynode/cache/store.hpp"

namespace everynode::cache {

/// Puts the items of a List (or the one object that it is) into the store; items of other kinds are passed over.
/// Returns what is wrong, with the object's place in the list; empty if nothing is.
[[nodiscard]] std::string load(const std::string& json, Store& store);

}  // namespace everynode::cache
