/// Writes for one DaemonSet without an answer, which the API server may have done, and names that are taken.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

/// How many of the names for one situation (`daemonset::CreatePod::name_hash`) other objects have.
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
