/// Logs decisions. Private to `webhook`.
#pragma once

#include <chrono>

#include "everynode/admission/decide.hpp"

namespace everynode::webhook {

/// Writes one line for a decision that patched a pod or failed to; never the object. Other decisions are only counted.
void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration);

}  // namespace everynode::webhook
