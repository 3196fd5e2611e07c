#include "explain_text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "colour.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/inspection/show.hpp"
#include "everynode/inspection/waits.hpp"
#include "overlay_text.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

Json show(const TriedPod& tried) {
  Json json{{"node", tried.node}, {"taken", tried.trial.taken}};
  if (!tried.trial.taken) json["refusal"] = tried.trial.refusal;
  json["changes"] = tried.trial.changes;
  json["warnings"] = tried.trial.warnings;
  if (tried.trial.admitted) json["admission"] = inspection::show(*tried.trial.admitted);
  return json;
}

/// Without a character that is not ASCII: nothing in it drives a terminal.
std::string to_text(const Json& json, int indent) {
  return json.dump(indent, ' ', true, Json::error_handler_t::replace);
}

/// What overlays are to a pod that was tried; empty if none is for it.
std::string overlays_of(const inspection::Trial& trial) {
  const inspection::AdmittedState& pod = *trial.admitted;
  std::string text;
  const std::string fields = fields_text(pod);
  if (!trial.taken && !fields.empty()) return "overlays want the following in it, which may be why:\n" + fields;
  if (!pod.overlays.empty()) text += "overlays in it: " + pod.overlays + "\n";
  if (!pod.difference.empty()) {
    text += pod.difference +
            ": no webhook of Everynode that has overlays saw it (in takeover, the reconciler puts them in)\n";
  }
  text = codec::printable_lines(text) + fields;
  for (const inspection::Candidate& one : pod.candidates) {
    if (one.standing != inspection::Standing::left_out) continue;
    // The webhook, if it has seen the pod, has said so itself.
    const auto says_so = [&](const std::string& warning) { return warning.contains(one.reason); };
    if (std::ranges::any_of(trial.warnings, says_so)) continue;
    text += codec::printable("overlay " + one.overlay + " is left out: " + one.reason) + "\n";
  }
  return text;
}

std::string counted_pods(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " pod" : " pods");
}

/// ", last 12 s ago".
std::string last_told(const daemonset::Refusal& refusal) {
  if (!refusal.at) return {};
  const auto age = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now() - *refusal.at);
  return ", last " + std::to_string(std::max<std::int64_t>(age.count(), 0)) + " s ago";
}

Columns::Row cells_of(const daemonset::NodeReport& node, bool wide) {
  Columns::Row cells{node.node, std::string(name_of(node.state)), node.pod.empty() ? "-" : node.pod, node.why};
  if (wide) cells.insert(cells.begin() + 2, std::string(name_of(node.trouble)));
  return cells;
}

Columns node_columns(const Nodes& nodes, bool wide) {
  Columns::Row heads{"NODE", "STATE", "POD", "WHY"};
  if (wide) heads.insert(heads.begin() + 2, "TROUBLE");
  std::vector<Columns::Row> rows;
  for (const daemonset::NodeReport& node : nodes) rows.push_back(cells_of(node, wide));
  rows.push_back({"", "not eligible", "", ""});  // the longest state that may come
  if (wide) rows.back().insert(rows.back().begin() + 2, "not scheduled");
  return {std::move(heads), rows};
}

/// Without what runs down: "replaced in 5 s" and "replaced in 4 s" say the same.
std::string without_countdown(std::string_view why) {
  constexpr std::string_view digits = "0123456789";
  std::string text;
  for (std::size_t in = why.find("in "); in != std::string_view::npos; in = why.find("in ")) {
    const std::size_t begin = in + 3;
    const std::size_t end = std::min(why.find_first_not_of(digits, begin), why.size());
    const bool counts = end > begin && why.substr(end).starts_with(" s");
    text += why.substr(0, begin);
    why.remove_prefix(counts ? end : begin);
  }
  return text.append(why);
}

bool is_same(const daemonset::NodeReport& a, const daemonset::NodeReport& b) {
  return a.state == b.state && a.pod == b.pod && a.trouble == b.trouble &&
         without_countdown(a.why) == without_countdown(b.why);
}

}  // namespace

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
  const std::int64_t desired = inspection.report.desired;
  text << "\n"
       << desired << (desired == 1 ? " node" : " nodes") << " should run a pod: " << summary(inspection.report) << "\n";
  if (!inspection.switches.empty()) text << inspection.switches << "\n";
  if (inspection.refusal) text << "the API server refuses its pods" << last_told(*inspection.refusal) << "\n";
  if (inspection.outdated_by_overlays > 0)
    text << "outdated by overlays: " << counted_pods(inspection.outdated_by_overlays) << "\n";
  if (inspection.unmutated > 0)
    text << "let through by admission as they were: " << counted_pods(inspection.unmutated) << "\n";
  return codec::printable_lines(text.str()) + policy_text(inspection);
}

std::string policy_text(const inspection::Inspection& inspection) {
  std::string text;
  if (!inspection.policy) return text;
  for (const std::string& line : inspection::lines_of(*inspection.policy, inspection.seen_at)) {
    text += codec::printable(line) + "\n";
  }
  return text;
}

std::string explain_json(const inspection::Inspection& inspection, const Nodes& nodes,
                         const std::optional<TriedPod>& tried) {
  Json json = inspection::show(inspection, nodes);
  if (tried) json["try"] = show(*tried);
  return to_text(json, 2);
}

std::string explain_json(const std::vector<inspection::Inspection>& inspections) {
  Json json{{"daemonSets", Json::array()}};
  for (const auto& inspection : inspections)
    json["daemonSets"].push_back(inspection::show(inspection, inspection.report.nodes));
  return to_text(json, 2);
}

std::string rollout_json(const inspection::Inspection& inspection) {
  Json json = inspection::show(inspection, inspection.report.nodes);
  json["rolledOut"] = inspection.rolled_out();
  json["waitsFor"] = waits_for(inspection);
  return to_text(json, -1);
}

NodeTable::NodeTable(const Nodes& nodes, bool wide, bool colours)
    : wide_(wide), colours_(colours), columns_(node_columns(nodes, wide)) {}

std::string NodeTable::row(const daemonset::NodeReport& node) const {
  const auto paint = [&](std::string_view cell, std::size_t column) {
    return column == 1 ? coloured(cell, node) : std::string(cell);
  };
  return columns_.line(cells_of(node, wide_), colours_ ? Columns::Paint(paint) : Columns::Paint());
}

std::string hidden_nodes(const daemonset::Report& report, const Nodes& shown) {
  daemonset::Report hidden;
  hidden.counts = report.counts;
  for (const daemonset::NodeReport& node : shown) --hidden.counts[static_cast<std::size_t>(node.state)];
  const std::size_t count = report.nodes.size() - shown.size();
  return "and " + std::to_string(count) + (count == 1 ? " more node" : " more nodes") + ", " + summary(hidden) +
         " (--all shows them)\n";
}

Columns daemon_set_columns(const std::vector<inspection::Inspection>& inspections, bool wide) {
  Columns::Row heads{"NAMESPACE", "NAME", "NODES", "UPDATED", "AVAILABLE", "WHY"};
  if (wide) heads.insert(heads.end() - 1, "STATES");
  std::vector<Columns::Row> rows;
  for (const auto& inspection : inspections) rows.push_back(daemon_set_row(inspection, wide));
  return {std::move(heads), rows};
}

Columns::Row daemon_set_row(const inspection::Inspection& inspection, bool wide) {
  const daemonset::Report& report = inspection.report;
  Columns::Row cells{inspection.daemon_set.namespace_,
                     inspection.daemon_set.name,
                     std::to_string(report.desired),
                     std::to_string(report.count(daemonset::NodeState::updated)),
                     std::to_string(report.desired - report.unavailable),
                     waits_for(inspection)};
  if (wide) cells.insert(cells.end() - 1, summary(report));
  return cells;
}

std::string trial_text(const TriedPod& tried) {
  const std::string what = "a pod for " + codec::printable(tried.node);
  std::string text = tried.trial.taken
                         ? "the API server would take " + what
                         : "the API server refuses " + what + ": " + codec::printable(tried.trial.refusal);
  if (tried.trial.taken && !tried.trial.changes.empty()) text += "; it and its webhooks would change:";
  text += "\n";
  for (const std::string& change : tried.trial.changes) text += "  " + codec::printable(change) + "\n";
  for (const std::string& warning : tried.trial.warnings) text += "warning: " + codec::printable(warning) + "\n";
  return tried.trial.admitted ? text + overlays_of(tried.trial) : text;
}

Nodes changed_nodes(const Nodes& before, const Nodes& now) {
  Nodes changed;
  for (const daemonset::NodeReport& node : now) {
    const auto known = std::ranges::lower_bound(before, node.node, {}, &daemonset::NodeReport::node);
    if (known == before.end() || known->node != node.node || !is_same(*known, node)) changed.push_back(node);
  }
  return changed;
}

}  // namespace everynode::cli
