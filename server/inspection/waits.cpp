#include "everynode/inspection/waits.hpp"

#include <algorithm>

#include "everynode/codec/printable.hpp"

namespace everynode::inspection {
namespace {

/// "updateStrategy OnDelete: waits for somebody to delete the pods of 5 nodes: n1 (agent-x), n2 (agent-y) and 3 more".
std::string waits_for_deletion(const daemonset::Report& report) {
  constexpr std::size_t most = 3;
  const std::size_t count = report.count(daemonset::NodeState::outdated);
  if (count == 0) return {};
  std::size_t told = 0;
  std::string named;
  for (const daemonset::NodeReport& node : report.nodes) {
    if (node.state != daemonset::NodeState::outdated || ++told > most) continue;
    named += (named.empty() ? "" : ", ") + node.node + " (" + node.pod + ")";
  }
  const std::string whose = count == 1 ? "the pod of 1 node: " : "the pods of " + std::to_string(count) + " nodes: ";
  const std::string rest = count > most ? " and " + std::to_string(count - most) + " more" : "";
  return "updateStrategy OnDelete: waits for somebody to delete " + whose + codec::printable(named) + rest;
}

/// What the status lacks, where all nodes are as they should be.
std::string waits_for_status(const objects::DaemonSetStatus& status) {
  return "the status says that of " + std::to_string(status.desired_number_scheduled) + " pods " +
         std::to_string(status.updated_number_scheduled) + " are updated and " +
         std::to_string(status.number_available) + " are available";
}

}  // namespace

bool is_in_trouble(const daemonset::NodeReport& node) {
  return node.trouble != daemonset::Trouble::none;
}

bool is_served(const Inspection& inspection) {
  return inspection.policy && inspection.policy->refused.empty();
}

std::string first_trouble(const daemonset::Report& report) {
  const auto in_words = [](const daemonset::NodeReport& node) {
    const std::string what = node.node + ": " + std::string(name_of(node.state));
    return codec::printable(node.why.empty() ? what : what + ", " + node.why);
  };
  if (const auto found = std::ranges::find_if(report.nodes, is_in_trouble); found != report.nodes.end()) {
    const std::string more = std::to_string(report.in_trouble - 1) + " more in trouble";
    return in_words(*found) + (report.in_trouble == 1 ? "" : "; and " + more);
  }
  using enum daemonset::NodeState;
  for (const auto state : {failing, starting, missing, outdated, leaving}) {
    const auto found = std::ranges::find(report.nodes, state, &daemonset::NodeReport::state);
    if (found != report.nodes.end()) return in_words(*found);
  }
  return {};
}

std::string waits_for(const Inspection& inspection) {
  if (inspection.rolled_out()) return {};
  if (inspection.refusal)
    return first_trouble(inspection.report);  // the controller has tried, whatever the status says
  if (inspection.daemon_set.status.observed_generation < inspection.daemon_set.generation) {
    return "the controller has not seen this generation of the DaemonSet yet";
  }
  if (inspection.policy) {
    if (std::string policy = codec::printable(waits_for(*inspection.policy)); !policy.empty()) return policy;
  }
  const daemonset::Report& report = inspection.report;
  const bool goes_on =
      report.count(daemonset::NodeState::starting) > 0 || report.count(daemonset::NodeState::missing) > 0;
  const bool somebody =
      !inspection.daemon_set.strategy.rolling && !is_served(inspection) && !goes_on && report.in_trouble == 0;
  if (const std::string deletion = waits_for_deletion(report); somebody && !deletion.empty()) return deletion;
  if (std::string first = first_trouble(report); !first.empty()) return first;
  return waits_for_status(inspection.daemon_set.status);
}

}  // namespace everynode::inspection
