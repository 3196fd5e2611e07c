/// What the answers to our writes mean. Private to the executor.
#pragma once

#include "everynode/kube/reply.hpp"

namespace everynode::controller {

/// The API server says that there is no such object: its own words, not those of a proxy on the way that knows no such
/// path.
[[nodiscard]] inline bool is_not_found(const kube::Outcome& outcome) {
  return outcome && outcome->status == 404 && kube::status_of(*outcome).reason == "NotFound";
}

/// The object is not, or no longer, what the request says that it is.
[[nodiscard]] inline bool is_conflict(const kube::Outcome& outcome) {
  return outcome && (outcome->status == 409 || outcome->status == 422);
}

}  // namespace everynode::controller
