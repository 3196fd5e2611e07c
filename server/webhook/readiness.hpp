/// Whether the webhook should get requests, decided from facts.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
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
  std::optional<std::string> overlays{};  ///< what is not known yet for them; empty: nothing; nullopt: not wanted
  /// Our own listener answered with the certificate in force when we last asked it, or what went wrong.
  std::expected<void, std::string> self_probe;
  /// There are keys that verify tokens, or why not; nullopt: there are no tokens.
  std::optional<std::expected<void, std::string>> token_keys = {};
};

/// The checks, in display order.
[[nodiscard]] std::vector<serving::Check> check_readiness(const ReadinessFacts& facts, TimePoint now);

}  // namespace everynode::webhook
