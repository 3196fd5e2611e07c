#include "explain.hpp"

#include <algorithm>
#include <iostream>
#include <iterator>
#include <map>
#include <stdexcept>
#include <tuple>

#include "colour.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml_writer.hpp"
#include "explain_text.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using daemonset::NodeState;
using inspection::Chance;
using inspection::Inspection;
using std::chrono::steady_clock;

/// With more nodes than this, those of which there is nothing to say are only counted, and of those of which there is
/// the same to say the first ones are shown.
constexpr std::size_t few = 20;
constexpr std::size_t alike = 3;

/// What time alone changes is looked at so often.
constexpr std::chrono::seconds tick{1};

struct NoSuchNode : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Whether the policy that serves it has come to another phase or wave. Clocks that only run down are nothing new.
bool policy_changed(const Inspection& before, const Inspection& now) {
  const auto place = [](const Inspection& one) {
    return one.policy ? std::tuple(one.policy->name, one.policy->refused, one.policy->rollout.phase,
                                   one.policy->rollout.wave, one.policy->rollout.failed, one.policy->rollout.deferred)
                      : std::tuple<std::string, std::string, std::string, std::string, std::int64_t, std::int64_t>{};
  };
  return place(before) != place(now);
}

/// Of these nodes, or of the one with this name.
Nodes of_node(Nodes nodes, const std::string& name) {
  if (!name.empty()) std::erase_if(nodes, [&](const daemonset::NodeReport& node) { return node.node != name; });
  return nodes;
}

/// Whether something else is to be said of these nodes, one of them has come, or one has gone.
bool nodes_changed(const Nodes& before, const Nodes& now) {
  return before.size() != now.size() || !changed_nodes(before, now).empty();
}

/// Those of which something else is to be said than before, and those that are new. Of their nodes only the one with
/// this name counts, if there is a name.
std::vector<Inspection> changed_sets(const std::vector<Inspection>& before, const std::vector<Inspection>& now,
                                     const std::string& node) {
  std::vector<Inspection> changed;
  for (const Inspection& inspection : now) {
    const auto same = [&](const Inspection& other) { return other.daemon_set.uid == inspection.daemon_set.uid; };
    const auto known = std::ranges::find_if(before, same);
    const bool news = known == before.end() || known->rolled_out() != inspection.rolled_out() ||
                      policy_changed(*known, inspection) ||
                      nodes_changed(of_node(known->report.nodes, node), of_node(inspection.report.nodes, node));
    if (news) changed.push_back(inspection);
  }
  return changed;
}

void complain(std::string_view what) {
  std::cerr << program_name() << " explain: " << codec::printable(what) << std::endl;
}

class Explain {
 public:
  explicit Explain(const ExplainSettings& settings)
      : settings_(settings),
        inspector_(settings.target, settings.follow ? inspection::Mode::follow : inspection::Mode::once) {}

  /// Shows what there is, and, when following, what changes, until the DaemonSet is deleted.
  int run() {
    const auto end = steady_clock::now() + patience;
    while (true) {
      const auto deadline = seen_ ? steady_clock::now() + tick : end;
      auto inspections = inspector_.inspect_all(deadline);
      if (inspections) {
        failure_.clear();
        if (seen_) {
          show_changes(std::move(*inspections));
        } else if (const int code = show(std::move(*inspections)); !settings_.follow) {
          return code;
        }
      } else if (is_final(inspections.error(), end)) {
        const bool patient = !seen_ && inspections.error().chance == Chance::soon;
        complain(inspections.error().why +
                 (patient ? "; given up after " + std::to_string(patience.count()) + " s" : ""));
        return seen_ ? 1 : 2;
      } else if (std::exchange(failure_, inspections.error().why) != failure_) {
        complain(failure_ + "; asks again");
      }
    }
  }

 private:
  [[nodiscard]] bool is_final(const inspection::Failure& failure, steady_clock::time_point end) const {
    if (failure.chance == Chance::never) return true;
    return !seen_ && (failure.chance != Chance::soon || steady_clock::now() >= end);
  }

  [[nodiscard]] bool for_people() const {
    return settings_.output == ExplainOutput::text || settings_.output == ExplainOutput::wide;
  }
  [[nodiscard]] bool wide() const { return settings_.output == ExplainOutput::wide; }

  int show(std::vector<Inspection> inspections) {
    const int code = settings_.target.all_namespaces ? show_all(inspections) : show_one(inspections.front());
    seen_ = std::move(inspections);
    return code;
  }

  void show_changes(std::vector<Inspection> inspections) {
    const std::vector<Inspection> changed = changed_sets(*seen_, inspections, settings_.node);
    if (changed.empty()) return;
    const bool all = settings_.target.all_namespaces;
    if (!for_people()) {
      print(all ? explain_json(changed) : explain_json(changed.front(), chosen(changed.front().report), std::nullopt));
    } else if (all) {
      for (const Inspection& inspection : changed) show_set(inspection);
    } else {
      show_changed_nodes(changed.front());
    }
    std::cout << std::flush;
    seen_ = std::move(inspections);
  }

  // --- one ---

  int show_one(const Inspection& inspection) {
    const Nodes nodes = chosen(inspection.report);
    if (!settings_.node.empty() && nodes.empty()) throw NoSuchNode("there is no node " + settings_.node);
    const auto tried = settings_.try_pod ? std::optional(try_pod(inspection)) : std::nullopt;
    const int code = tried && !tried->trial.taken ? 1 : 0;
    if (!for_people()) {
      print(explain_json(inspection, nodes, tried));
      return code;
    }
    for (const std::string& what : unseen(inspection)) complain(what);
    table_.emplace(nodes, wide(), wants_colours());
    std::cout << heading(inspection);
    if (!nodes.empty()) std::cout << "\n" << table_->heads();
    for (const daemonset::NodeReport& node : nodes) std::cout << table_->row(node);
    const bool hides = settings_.node.empty() && nodes.size() < inspection.report.nodes.size();
    if (hides) std::cout << hidden_nodes(inspection.report, nodes);
    if (tried) std::cout << "\n" << trial_text(*tried);
    std::cout << std::flush;
    return code;
  }

  /// The one that was named, else the first that lacks a pod, else the first that should have one.
  [[nodiscard]] std::string node_to_try(const daemonset::Report& report) const {
    if (!settings_.node.empty()) return settings_.node;
    const auto missing = std::ranges::find(report.nodes, NodeState::missing, &daemonset::NodeReport::state);
    if (missing != report.nodes.end()) return missing->node;
    const auto runs = [](const daemonset::NodeReport& node) {
      return node.state != NodeState::not_eligible && node.state != NodeState::misscheduled;
    };
    const auto first = std::ranges::find_if(report.nodes, runs);
    if (first == report.nodes.end()) throw NoSuchNode("there is no node that should run a pod; --node names any");
    return first->node;
  }

  [[nodiscard]] TriedPod try_pod(const Inspection& inspection) {
    const std::string node = node_to_try(inspection.report);
    auto trial = inspector_.try_pod(inspection, node);
    if (!trial) throw std::runtime_error("cannot try a pod for " + node + ": " + trial.error().why);
    return {.node = node, .trial = std::move(*trial)};
  }

  void show_changed_nodes(const Inspection& inspection) {
    if (policy_changed(seen_->front(), inspection)) std::cout << policy_text(inspection);
    const Nodes nodes = changed_nodes(seen_->front().report.nodes, inspection.report.nodes);
    for (const daemonset::NodeReport& node : of_node(nodes, settings_.node)) std::cout << table_->row(node);
  }

  [[nodiscard]] Nodes chosen(const daemonset::Report& report) const {
    const bool all = settings_.all || !for_people() || report.nodes.size() <= few;
    if (settings_.node.empty()) return all ? report.nodes : notable(report);
    return of_node(report.nodes, settings_.node);
  }

  // --- all ---

  int show_all(const std::vector<Inspection>& inspections) {
    if (!for_people()) {
      print(explain_json(inspections));
      return 0;
    }
    if (inspections.empty()) complain("there are no DaemonSets");
    if (!inspections.empty()) {
      for (const std::string& what : unseen(inspections.front())) complain(what);
    }
    columns_.emplace(daemon_set_columns(inspections, wide()));
    std::cout << columns_->heads();
    for (const Inspection& inspection : inspections) show_set(inspection);
    std::cout << std::flush;
    return 0;
  }

  void show_set(const Inspection& inspection) { std::cout << columns_->line(daemon_set_row(inspection, wide())); }

  // --- for programs ---

  /// A stream of objects when following.
  void print(const std::string& json) const {
    const bool yaml = settings_.output == ExplainOutput::yaml;
    std::cout << (yaml && settings_.follow ? "---\n" : "") << (yaml ? files::to_yaml(json) : json + "\n") << std::flush;
  }

  const ExplainSettings& settings_;
  inspection::Inspector inspector_;
  std::optional<std::vector<Inspection>> seen_;  ///< last
  std::optional<NodeTable> table_;
  std::optional<Columns> columns_;
  std::string failure_;  ///< that was said last
};

}  // namespace

std::string summary(const daemonset::Report& report) {
  std::string text;
  for (std::size_t i = 0; i < daemonset::node_states; ++i) {
    if (report.counts[i] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::to_string(report.counts[i]) + " ";
    text += name_of(static_cast<NodeState>(i));
  }
  return text.empty() ? "no nodes" : text;
}

std::vector<daemonset::NodeReport> notable(const daemonset::Report& report) {
  std::map<std::pair<NodeState, std::string_view>, std::size_t> said;
  std::vector<daemonset::NodeReport> nodes;
  for (const daemonset::NodeReport& node : report.nodes) {
    if (node.state == NodeState::updated && node.why.empty()) continue;
    if (said[{node.state, node.why}]++ < alike) nodes.push_back(node);
  }
  return nodes;
}

std::vector<std::string> unseen(const Inspection& inspection) {
  std::vector<std::string> lines;
  const auto add = [&](const char* what, const std::string& why) {
    if (!why.empty()) lines.push_back(what + why);
  };
  add("only nodes with a pod are shown, and whether they should have one is not known: ", inspection.unseen_nodes);
  add("whether a policy holds a rollout up, or it has failed, is not known: ", inspection.unseen_policies);
  return lines;
}

int run_explain(const ExplainSettings& settings) {
  try {
    return Explain(settings).run();
  } catch (const NoSuchNode& error) {
    complain(error.what());
    return 2;
  }
}

}  // namespace everynode::cli
