/// Which of two versions of an object counts. Private to `cache`.
#pragma once

#include <string_view>

#include "everynode/kube/resource_version.hpp"

namespace everynode::cache {

/// Not older than what is known. What cannot be compared is taken: nothing may be stuck for ever.
inline bool supersedes(std::string_view version, std::string_view known) {
  const auto order = kube::compare_resource_versions(version, known);
  return !order || *order >= 0;
}

}  // namespace everynode::cache
