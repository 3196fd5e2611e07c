/// Which of two versions of an object counts. Private to `cache`.
#pragma once

#include <string_view>

#include "everynode/kube/resource_version.hpp"

namespace everynode::cache {

/// True unless the new version is older. Versions that cannot be compared count as newer, so that no object stays stale
/// for ever.
inline bool supersedes(std::string_view version, std::string_view known) {
  const auto order = kube::compare_resource_versions(version, known);
  return !order || *order >= 0;
}

}  // namespace everynode::cache
