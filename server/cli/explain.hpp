/// `everynode explain daemonset` and `everynode rollout watch daemonset`: what becomes of a DaemonSet, node by node.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/inspector.hpp"

namespace everynode::cli {

/// So long a server that asks for patience gets it before anything was seen, where nobody follows what becomes of it.
constexpr std::chrono::seconds patience{15};

enum class ExplainOutput { text, wide, json, yaml };

struct ExplainSettings {
  inspection::Target target;
  std::string node;      ///< empty: all
  bool all = false;      ///< also the nodes of which there is nothing to say
  bool follow = false;   ///< goes on with what changes
  bool try_pod = false;  ///< asks the API server whether it would take a pod for the node
  ExplainOutput output = ExplainOutput::text;
};

enum class RolloutOutput { text, json, yaml };

struct RolloutWatchSettings {
  inspection::Target target;
  std::chrono::seconds interval{2};
  std::chrono::milliseconds timeout{0};  ///< 0: none
  RolloutOutput output = RolloutOutput::text;
};

/// Exit code 0; 1 if the pod that was tried is refused, or the DaemonSet is deleted while it is followed; 2 if the
/// cluster, the DaemonSet or the node cannot be found. A server that asks for patience gets it, for a quarter of a
/// minute. Once something was seen, any failure that may pass is waited out.
int run_explain(const ExplainSettings& settings);

/// Shows the rollout until it is complete. Exit code 0 then, 1 if its revision was rolled back meanwhile, `timeout` is
/// over before or the DaemonSet is deleted, 2 if nobody can be reached at the start, or a refusal is met that waiting
/// cannot mend. Any other failure is waited out, with what was seen last on the screen.
int run_rollout_watch(const RolloutWatchSettings& settings);

/// The nodes that are worth a line each when there are many: those of which there is something to say that was not said
/// often enough.
[[nodiscard]] std::vector<daemonset::NodeReport> notable(const daemonset::Report& report);

/// What may not be read, and what is not known for that: a line for each.
[[nodiscard]] std::vector<std::string> unseen(const inspection::Inspection& inspection);

/// The text in lines of at most so many bytes, no character of UTF-8 cut in two; `columns` is at least 4.
[[nodiscard]] std::string in_lines(std::string_view text, std::size_t columns);

/// "seen 12 s ago".
[[nodiscard]] std::string age_in_words(std::chrono::steady_clock::duration age);

/// One line: "12/20 updated, 3 starting, 5 outdated".
[[nodiscard]] std::string summary(const daemonset::Report& report);

/// "[#####....]" of so many cells.
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t all, std::size_t cells);

/// A cell for each node, in lines of `columns`; with more nodes than `most` cells, a cell shows the worst of its nodes.
[[nodiscard]] std::string node_map(const daemonset::Report& report, std::size_t columns, std::size_t most);

}  // namespace everynode::cli
