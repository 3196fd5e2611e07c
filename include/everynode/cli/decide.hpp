/// `everynode decide`: makes the webhook's decision about a pod from standard input.
#pragma once

#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "everynode/admission/decide.hpp"
#include "everynode/admission/policy.hpp"

namespace everynode::cli {

enum class DecideOutput { patch, pod, review, explain };

struct DecideSettings {
  DecideOutput output = DecideOutput::patch;
  std::filesystem::path config;
  std::filesystem::path nodes{};     ///< a file of Nodes; empty: none are known
  std::filesystem::path overlays{};  ///< a file of DaemonSetOverlays and PriorityClasses; empty: there are none
  std::optional<admission::NetworkUnavailable> network_unavailable;
  bool exit_code = false;  ///< distinguish patched, unchanged and skipped by the exit code
};

struct DecideAnswer {
  std::string text;     ///< one answer after the other
  std::string summary;  ///< how many answers of each kind, in one line; empty if the input is one object
  int exit_code = 0;    ///< the greatest of all
};

/// Decides about each Pod and AdmissionReview of the input: JSON or YAML, any number of documents, with Lists among
/// them. Ignores objects of other kinds, unless there is nothing else. Errors say where the input is wrong; then it
/// decides nothing.
[[nodiscard]] std::expected<DecideAnswer, std::string> decide_input(const std::string& input,
                                                                    const admission::Policy& policy,
                                                                    const DecideSettings& settings,
                                                                    const admission::Facts& facts = {});

/// Reads standard input, decides, and writes. Exit code 0 for any decision; with `exit_code` 0 patched, 3 unchanged, 4
/// skipped, 5 failed, and of several the greatest. 2: the input, the policy or a file of the cluster's objects
/// cannot be read.
int run_decide(const DecideSettings& settings);

}  // namespace everynode::cli
