/// How much a patch may change. Private to this folder.
#pragma once

#include <cstddef>
#include <numeric>

#include "everynode/codec/json_patch.hpp"

namespace everynode::admission {

/// No pod of a DaemonSet has a tenth of this many terms. A patch has a few operations for each term, and needs memory
/// for them.
inline constexpr std::size_t most_operations = 1000;

/// etcd's default limit (--max-request-bytes), minus the rest of such a request and what the API server adds to a pod
/// after us. JSON is longer than the protobuf that etcd stores, so a pod below this limit surely fits.
inline constexpr std::size_t most_bytes = 1536 * 1024 - 16 * 1024;

/// How many bytes the patch adds to the pod.
[[nodiscard]] inline std::size_t added_by(const codec::Patch& patch) {
  return std::accumulate(patch.begin(), patch.end(), std::size_t{0},
                         [](std::size_t sum, const codec::Operation& one) { return sum + one.value.size() + 1; });
}

}  // namespace everynode::admission
