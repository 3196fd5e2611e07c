/// `everynode webhook`: the admission webhook as a process.
#pragma once

#include "everynode/webhook/settings.hpp"

namespace everynode::webhook {

/// Serves until SIGTERM or SIGINT, then drains; a second signal ends the process at once. Returns the exit code: 0 if
/// the drain cut no connection, otherwise 1. Throws std::runtime_error before it serves: a file that cannot be read, a
/// bad certificate, an address in use.
int run_webhook(const WebhookSettings& wanted);

}  // namespace everynode::webhook
