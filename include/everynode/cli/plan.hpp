/// `everynode plan`: prints what the reconciler would do in the cluster on standard input.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "everynode/objects/time.hpp"

namespace everynode::cli {

enum class PlanOutput { json, text };

struct PlanSettings {
  PlanOutput output = PlanOutput::json;
  std::optional<objects::Time> now;  ///< nullopt: the present time
};

struct PlanAnswer {
  std::string text;
  std::string summary;  ///< how many documents and objects it has read, in one line
};

/// Plans each DaemonSet of a snapshot (JSON or YAML, any number of documents; see `cache::load`), stage by stage, until
/// the next stage depends on other programs. Errors say what is wrong with the snapshot, and where.
[[nodiscard]] std::expected<PlanAnswer, std::string> plan_input(const std::string& input, PlanOutput output,
                                                                objects::Time now);

/// Exit code 0, or 2 if the snapshot cannot be read.
int run_plan(const PlanSettings& settings);

}  // namespace everynode::cli
