/// Writes for one DaemonSet that got no answer, so they may have been done.
#pragma once

#include <map>
#include <string>

#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

struct Doubts {
  std::map<std::string, std::string, std::less<>> creations;           ///< by node: the name of the pod
  std::map<std::string, daemonset::DeletePod, std::less<>> deletions;  ///< by UID of the pod
};

}  // namespace everynode::cache
