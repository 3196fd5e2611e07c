/// `everynode rollout history`: the revisions of a DaemonSet, and what a policy knows of them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "everynode/inspection/subject.hpp"

namespace everynode::cli {

enum class HistoryOutput : std::uint8_t { text, wide, json, yaml };

struct RolloutHistorySettings {
  inspection::Target target;
  std::int64_t revision = 0;  ///< whose template is shown; 0: all are listed
  HistoryOutput output = HistoryOutput::text;
};

/// Exit code 0; 1 if there is no such revision; 2 if the DaemonSet or its history cannot be read. Who may not read
/// policies sees the rest.
int run_rollout_history(const RolloutHistorySettings& settings);

/// What is told of revisions. `known`: what the policy that serves the DaemonSet remembers; null: nothing.
struct HistoryText {
  const objects::DaemonSet& daemon_set;
  const inspection::History& history;
  const objects::DaemonSetRollout* known = nullptr;

  /// "current", "last complete", "failed", several with commas between.
  [[nodiscard]] std::string state_of(const objects::ControllerRevision& revision) const;
  /// A line for each, below a heading, as kubectl does it. `wide`: with their names and times.
  [[nodiscard]] std::string table(bool wide) const;
  /// The template, in YAML below a heading.
  [[nodiscard]] std::string details(const objects::ControllerRevision& revision) const;
  /// An object with all revisions, or one of them.
  [[nodiscard]] std::string json() const;
  [[nodiscard]] std::string json(const objects::ControllerRevision& revision) const;
};

}  // namespace everynode::cli
