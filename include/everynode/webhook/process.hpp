/// `everynode webhook`: the admission webhook as a process.
#pragma once

#include "everynode/webhook/settings.hpp"

namespace everynode::webhook {

/// Serves until SIGTERM or SIGINT, then drains; a second signal ends at once. Returns the exit code: 0 after a drain in
/// which nothing was cut, 1 otherwise. Throws std::runtime_error before it serves: a file that cannot be read, a bad
/// certificate, an address in use.
int run_webhook(const WebhookSettings& wanted);

}  // namespace everynode::webhook
