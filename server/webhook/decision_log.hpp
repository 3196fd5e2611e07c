/// Logs decisions. Private to `webhook`.
#pragma once

#include <chrono>
#include <string>

#include "everynode/admission/decide.hpp"

namespace everynode::webhook {

/// Which overlays are in the pod: "a,b".
[[nodiscard]] std::string overlays_in(const admission::Decision& decision);

/// Which overlays are left out of it, and why: "c: REASON; d: REASON", or the reason alone if it is why all of them
/// are. It is bounded, as both names and reasons are foreign text.
[[nodiscard]] std::string overlays_left_out(const admission::Decision& decision);

/// Writes one line for a decision that patched a pod or failed to; never the object. Other decisions are only counted.
void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration);

}  // namespace everynode::webhook
