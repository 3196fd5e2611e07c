/// Whether the webhook should get requests, decided from facts.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "everynode/serving/checks.hpp"

namespace everynode::webhook {

using TimePoint = std::chrono::sys_seconds;

/// The facts at one instant.
struct ReadinessFacts {
  bool draining = false;
  TimePoint not_before;  ///< of the certificate in force
  TimePoint not_after;
  std::string self_probe;  ///< what went wrong when we last asked our own listener; empty: it answered with the
                           ///< certificate in force
};

/// The checks, in display order.
[[nodiscard]] std::vector<serving::Check> check_readiness(const ReadinessFacts& facts, TimePoint now);

}  // namespace everynode::webhook
