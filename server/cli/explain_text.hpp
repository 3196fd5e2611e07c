/// What `everynode explain` prints.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "columns.hpp"
#include "explain.hpp"

namespace everynode::cli {

using Nodes = std::vector<daemonset::NodeReport>;

/// A pod that was tried.
struct TriedPod {
  std::string node;
  inspection::Trial trial;
};

/// For programs: one object.
[[nodiscard]] std::string explain_json(const inspection::Inspection& inspection, const Nodes& nodes,
                                       const std::optional<TriedPod>& tried);
/// {"daemonSets": [...]}, each as above with all its nodes.
[[nodiscard]] std::string explain_json(const std::vector<inspection::Inspection>& inspections);
/// The same in one line, with what the rollout waits for.
[[nodiscard]] std::string rollout_json(const inspection::Inspection& inspection);

/// Two lines about the whole, one if its pods are refused, and how its policy rolls it out.
[[nodiscard]] std::string heading(const inspection::Inspection& inspection);
/// The last of these; empty if no policy selects it.
[[nodiscard]] std::string policy_text(const inspection::Inspection& inspection);

/// A table of nodes: its rows in the order of their columns. `wide`: with what is wrong in a word.
class NodeTable {
 public:
  NodeTable(const Nodes& nodes, bool wide, bool colours);

  [[nodiscard]] std::string heads() const { return columns_.heads(); }
  [[nodiscard]] std::string row(const daemonset::NodeReport& node) const;

 private:
  bool wide_;
  bool colours_;
  Columns columns_;
};

/// "and 4987 more nodes, 4977 outdated, 10 not eligible (--all shows them)".
[[nodiscard]] std::string hidden_nodes(const daemonset::Report& report, const Nodes& shown);

/// A table of DaemonSets, a line for each. `wide`: with the states of its nodes.
[[nodiscard]] Columns daemon_set_columns(const std::vector<inspection::Inspection>& inspections, bool wide);
[[nodiscard]] Columns::Row daemon_set_row(const inspection::Inspection& inspection, bool wide);

/// What the API server and its webhooks would do with a pod.
[[nodiscard]] std::string trial_text(const TriedPod& tried);

/// The nodes of which something else is to be said than before. Times that only run down are nothing new.
[[nodiscard]] Nodes changed_nodes(const Nodes& before, const Nodes& now);

}  // namespace everynode::cli
