/// Writes for one DaemonSet that got no answer, so they may have been done, and names that cannot be had.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

/// How many names of a situation's pod (`daemonset::CreatePod::name_hash`) others were found to have.
struct TakenNames {
  std::uint64_t name_hash = 0;
  unsigned count = 0;
};

struct Doubts {
  std::map<std::string, std::string, std::less<>> creations;           ///< by node: the name of the pod
  std::map<std::string, daemonset::DeletePod, std::less<>> deletions;  ///< by UID of the pod
  std::map<std::string, TakenNames, std::less<>> taken_names;          ///< by node
};

}  // namespace everynode::cache
