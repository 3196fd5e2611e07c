/// `everynode decide`: the webhook's decision about a pod, on standard input and output.
#pragma once

#include <expected>
#include <string>

#include "everynode/app/settings.hpp"

namespace everynode::app {

struct DecideAnswer {
  std::string text;
  int exit_code = 0;
};

/// Decides about one Pod or AdmissionReview, JSON or YAML. Errors say why the input is neither.
[[nodiscard]] std::expected<DecideAnswer, std::string> decide_input(const std::string& input,
                                                                    const admission::Policy& policy,
                                                                    const DecideSettings& settings);

/// Reads standard input, decides, writes. Exit code 0 for any decision; with `exit_code` 0 patched, 3 unchanged, 4
/// skipped, 5 failed. 2: the input or the policy cannot be read.
int run_decide(const DecideSettings& settings);

}  // namespace everynode::app
