/// The log's line about a decision. Private to `webhook`.
#pragma once

#include <chrono>

#include "everynode/admission/decide.hpp"

namespace everynode::webhook {

/// One line for a decision that patched a pod or failed to; never the object. The others are counted, not logged.
void log_decision(const admission::Request& request, const admission::Decision& decision,
                  std::chrono::nanoseconds duration);

}  // namespace everynode::webhook
