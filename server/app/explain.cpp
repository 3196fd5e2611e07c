#include "everynode/app/explain.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "look.hpp"

namespace everynode::app {
namespace {

using Json = nlohmann::ordered_json;

/// With more nodes than this, those of which there is nothing to say are only counted.
constexpr std::size_t few = 20;

bool is_plain(const core::NodeReport& node) {
  return node.state == core::NodeState::updated;
}

Json show(const core::NodeReport& node) {
  return {{"node", node.node}, {"state", core::name_of(node.state)}, {"pod", node.pod}, {"why", node.why}};
}

Json show(const Sight& sight, const std::vector<core::NodeReport>& nodes) {
  Json json{{"namespace", sight.daemon_set.namespace_},
            {"name", sight.daemon_set.name},
            {"revision", sight.revision},
            {"hash", sight.hash},
            {"desired", sight.report.desired},
            {"unavailable", sight.report.unavailable},
            {"maxUnavailable", sight.report.budget.max_unavailable},
            {"maxSurge", sight.report.budget.max_surge},
            {"complete", sight.report.complete()},
            {"nodes", Json::array()}};
  for (const core::NodeReport& node : nodes) json["nodes"].push_back(show(node));
  return json;
}

std::string heading(const Sight& sight) {
  const core::UpdateStrategy& strategy = sight.daemon_set.strategy;
  std::ostringstream text;
  text << "DaemonSet " << sight.daemon_set.namespace_ << "/" << sight.daemon_set.name;
  if (sight.revision > 0) text << ", revision " << sight.revision << " (" << sight.hash << ")";
  if (!strategy.rolling) {
    text << ", OnDelete";
  } else if (strategy.surges()) {
    text << ", maxSurge " << sight.report.budget.max_surge;
  } else {
    text << ", maxUnavailable " << sight.report.budget.max_unavailable;
  }
  text << "\n" << sight.report.desired << " nodes should run a pod: " << summary(sight.report) << "\n";
  return text.str();
}

std::string table(const std::vector<core::NodeReport>& nodes) {
  std::size_t node_width = 4;
  std::size_t pod_width = 3;
  for (const core::NodeReport& node : nodes) {
    node_width = std::max(node_width, node.node.size());
    pod_width = std::max(pod_width, node.pod.size());
  }
  std::ostringstream text;
  const auto row = [&](std::string_view node, std::string_view state, std::string_view pod, std::string_view why) {
    text << std::left << std::setw(static_cast<int>(node_width) + 2) << node << std::setw(14) << state
         << std::setw(static_cast<int>(pod_width) + 2) << pod << why << "\n";
  };
  row("NODE", "STATE", "POD", "WHY");
  for (const core::NodeReport& node : nodes) {
    row(node.node, core::name_of(node.state), node.pod.empty() ? "-" : node.pod, node.why);
  }
  return text.str();
}

std::vector<core::NodeReport> chosen(const ExplainSettings& settings, const core::Report& report) {
  std::vector<core::NodeReport> nodes;
  const bool all = settings.all || settings.output == ExplainOutput::json || report.nodes.size() <= few;
  for (const core::NodeReport& node : report.nodes) {
    const bool wanted = settings.node.empty() ? all || !is_plain(node) : node.node == settings.node;
    if (wanted) nodes.push_back(node);
  }
  return nodes;
}

}  // namespace

std::string summary(const core::Report& report) {
  std::string text;
  for (std::size_t i = 0; i < core::node_states; ++i) {
    if (report.counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(report.counts[i]) + " ";
    text += core::name_of(static_cast<core::NodeState>(i));
  }
  return text.empty() ? "no nodes" : text;
}

int run_explain(const ExplainSettings& settings) {
  const Sight sight = Observer(settings.look).look();
  const std::vector<core::NodeReport> nodes = chosen(settings, sight.report);
  if (!settings.node.empty() && nodes.empty()) {
    std::cerr << "everynode explain: there is no node " << settings.node << "\n";
    return 2;
  }
  if (settings.output == ExplainOutput::json) {
    std::cout << show(sight, nodes).dump(2) << "\n";
    return 0;
  }
  std::cout << heading(sight);
  if (!nodes.empty()) std::cout << "\n" << table(nodes);
  const std::size_t hidden = settings.node.empty() ? sight.report.nodes.size() - nodes.size() : 0;
  if (hidden > 0)
    std::cout << "and " << hidden << " more nodes that have an available, updated pod (--all shows them)\n";
  return 0;
}

}  // namespace everynode::app
