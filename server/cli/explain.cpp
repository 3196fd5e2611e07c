#include "explain.hpp"

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "everynode/codec/printable.hpp"
#include "everynode/inspection/inspector.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

/// With more nodes than this, those of which there is nothing to say are only counted, and of those of which there is
/// the same to say the first ones are shown.
constexpr std::size_t few = 20;
constexpr std::size_t alike = 3;

Json show(const daemonset::NodeReport& node) {
  return {{"node", node.node},
          {"state", name_of(node.state)},
          {"pod", node.pod},
          {"why", node.why},
          {"trouble", name_of(node.trouble)}};
}

Json show(const inspection::Inspection& inspection, const std::vector<daemonset::NodeReport>& nodes) {
  Json json{{"namespace", inspection.daemon_set.namespace_},
            {"name", inspection.daemon_set.name},
            {"revision", inspection.revision},
            {"hash", inspection.hash},
            {"desired", inspection.report.desired},
            {"unavailable", inspection.report.unavailable},
            {"maxUnavailable", inspection.report.budget.max_unavailable},
            {"maxSurge", inspection.report.budget.max_surge},
            {"complete", inspection.report.complete()},
            {"nodes", Json::array()}};
  for (const daemonset::NodeReport& node : nodes) json["nodes"].push_back(show(node));
  if (!inspection.unseen_nodes.empty()) json["unseenNodes"] = inspection.unseen_nodes;
  return json;
}

std::string heading(const inspection::Inspection& inspection) {
  const objects::UpdateStrategy& strategy = inspection.daemon_set.strategy;
  std::ostringstream text;
  text << "DaemonSet " << inspection.daemon_set.namespace_ << "/" << inspection.daemon_set.name;
  if (inspection.revision > 0) text << ", revision " << inspection.revision << " (" << inspection.hash << ")";
  if (!strategy.rolling) {
    text << ", OnDelete";
  } else if (strategy.surges()) {
    text << ", maxSurge " << inspection.report.budget.max_surge;
  } else {
    text << ", maxUnavailable " << inspection.report.budget.max_unavailable;
  }
  text << "\n" << inspection.report.desired << " nodes should run a pod: " << summary(inspection.report) << "\n";
  return text.str();
}

std::string table(const std::vector<daemonset::NodeReport>& nodes) {
  std::size_t node_width = 4;
  std::size_t pod_width = 3;
  for (const daemonset::NodeReport& node : nodes) {
    node_width = std::max(node_width, node.node.size());
    pod_width = std::max(pod_width, node.pod.size());
  }
  std::ostringstream text;
  const auto row = [&](std::string_view node, std::string_view state, std::string_view pod, std::string_view why) {
    text << std::left << std::setw(static_cast<int>(node_width) + 2) << node << std::setw(14) << state
         << std::setw(static_cast<int>(pod_width) + 2) << pod << why << "\n";
  };
  row("NODE", "STATE", "POD", "WHY");
  for (const daemonset::NodeReport& node : nodes) {
    row(node.node, name_of(node.state), node.pod.empty() ? "-" : node.pod, codec::printable(node.why));
  }
  return text.str();
}

std::vector<daemonset::NodeReport> chosen(const ExplainSettings& settings, const daemonset::Report& report) {
  const bool all = settings.all || settings.output == ExplainOutput::json || report.nodes.size() <= few;
  if (settings.node.empty()) return all ? report.nodes : notable(report);
  std::vector<daemonset::NodeReport> nodes;
  std::ranges::copy_if(report.nodes, std::back_inserter(nodes),
                       [&](const daemonset::NodeReport& node) { return node.node == settings.node; });
  return nodes;
}

/// "and 4987 more nodes, 4977 outdated, 10 not eligible (--all shows them)".
std::string rest(const daemonset::Report& report, const std::vector<daemonset::NodeReport>& shown) {
  daemonset::Report hidden;
  hidden.counts = report.counts;
  for (const daemonset::NodeReport& node : shown) --hidden.counts[static_cast<std::size_t>(node.state)];
  const std::size_t count = report.nodes.size() - shown.size();
  return "and " + std::to_string(count) + (count == 1 ? " more node" : " more nodes") + ", " + summary(hidden) +
         " (--all shows them)\n";
}

/// Throws std::runtime_error that says why there is nothing to see.
inspection::Inspection inspect_patiently(inspection::Inspector& inspector) {
  constexpr std::chrono::seconds pause{1};
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(15);
  while (true) {
    auto inspection = inspector.inspect();
    if (inspection) return std::move(*inspection);
    const inspection::Failure& failure = inspection.error();
    const std::chrono::seconds wait = wait_after(failure, pause);
    const bool hopeless = std::chrono::steady_clock::now() + wait > end;
    if (failure.chance != inspection::Chance::soon || hopeless) throw std::runtime_error(failure.why);
    std::cerr << program_name() << " explain: " << codec::printable(failure.why) << "; asks again in " << wait.count()
              << " s\n";
    std::this_thread::sleep_for(wait);
  }
}

}  // namespace

std::string summary(const daemonset::Report& report) {
  std::string text;
  for (std::size_t i = 0; i < daemonset::node_states; ++i) {
    if (report.counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(report.counts[i]) + " ";
    text += name_of(static_cast<daemonset::NodeState>(i));
  }
  return text.empty() ? "no nodes" : text;
}

std::vector<daemonset::NodeReport> notable(const daemonset::Report& report) {
  std::map<std::pair<daemonset::NodeState, std::string_view>, std::size_t> said;
  std::vector<daemonset::NodeReport> nodes;
  for (const daemonset::NodeReport& node : report.nodes) {
    if (node.state == daemonset::NodeState::updated) continue;
    if (said[{node.state, node.why}]++ < alike) nodes.push_back(node);
  }
  return nodes;
}

std::string unseen(const inspection::Inspection& inspection) {
  return "only nodes with a pod are shown, and whether they should have one is not known: " + inspection.unseen_nodes;
}

int run_explain(const ExplainSettings& settings) {
  inspection::Inspector inspector(settings.target);
  const inspection::Inspection inspection = inspect_patiently(inspector);
  const std::vector<daemonset::NodeReport> nodes = chosen(settings, inspection.report);
  if (!settings.node.empty() && nodes.empty()) {
    std::cerr << program_name() << " explain: there is no node " << codec::printable(settings.node) << "\n";
    return 2;
  }
  if (settings.output == ExplainOutput::json) {
    std::cout << show(inspection, nodes).dump(2, ' ', true) << "\n";
    return 0;
  }
  if (!inspection.unseen_nodes.empty())
    std::cerr << program_name() << " explain: " << codec::printable(unseen(inspection)) << "\n";
  std::cout << codec::printable_lines(heading(inspection));
  if (!nodes.empty()) std::cout << "\n" << codec::printable_lines(table(nodes));
  const bool hides = settings.node.empty() && nodes.size() < inspection.report.nodes.size();
  if (hides) std::cout << rest(inspection.report, nodes);
  return 0;
}

}  // namespace everynode::cli
