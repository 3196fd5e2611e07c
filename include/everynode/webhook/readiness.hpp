/// Whether the webhook should get requests, decided from facts.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace everynode::webhook {

using TimePoint = std::chrono::system_clock::time_point;

/// What is known at one instant.
struct ReadinessFacts {
  bool draining = false;
  TimePoint not_before;  ///< of the certificate in force
  TimePoint not_after;
  std::string self_probe;  ///< what went wrong when we last asked our own listener; empty: it answered with the
                           ///< certificate in force
};

struct Check {
  std::string name;
  std::string problem;  ///< empty: passed
};

/// The checks in the order in which they are shown.
[[nodiscard]] std::vector<Check> check_readiness(const ReadinessFacts& facts, TimePoint now);

[[nodiscard]] bool all_passed(const std::vector<Check>& checks);

/// One line for each check, as the API server's own /readyz?verbose prints them: "[+]certificate ok", "[-]draining
/// failed: ...".
[[nodiscard]] std::string to_text(const std::vector<Check>& checks);

}  // namespace everynode::webhook
