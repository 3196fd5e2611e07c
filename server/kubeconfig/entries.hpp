/// Clusters, users and contexts by name. Private to `kubeconfig`.
#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

namespace everynode::kubeconfig {

/// Null without an entry of that name.
template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

}  // namespace everynode::kubeconfig
