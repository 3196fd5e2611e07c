/// `everynode plan`: what the reconciler would do in a cluster, on standard input and output.
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "everynode/objects/time.hpp"

namespace everynode::cli {

enum class PlanOutput { json, text };

struct PlanSettings {
  PlanOutput output = PlanOutput::json;
  std::optional<objects::Time> now;  ///< nullopt: the clock's
};

struct PlanAnswer {
  std::string text;
  std::string summary;  ///< how many documents and objects were read, in one line
};

/// Plans each DaemonSet of a snapshot (JSON or YAML, any number of documents; see `cache::load`), stage by stage, until
/// what comes next depends on others. Errors say what is wrong with the snapshot, and where.
[[nodiscard]] std::expected<PlanAnswer, std::string> plan_input(const std::string& input, PlanOutput output,
                                                                objects::Time now);

/// Exit code 0, or 2 if the snapshot cannot be read.
int run_plan(const PlanSettings& settings);

}  // namespace everynode::cli
