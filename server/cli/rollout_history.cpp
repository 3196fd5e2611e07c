#include "rollout_history.hpp"

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "columns.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/files/yaml_writer.hpp"
#include "everynode/rollout/gates.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;
using objects::ControllerRevision;

std::string time_of(const ControllerRevision& revision) {
  return objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(revision.created));
}

bool is_last_complete(const objects::DaemonSetRollout* known, const ControllerRevision& revision) {
  return known != nullptr && known->last_complete_revision == revision.name;
}

/// Without a character that is not ASCII: nothing in it drives a terminal.
std::string to_text(const Json& json) {
  return json.dump(2, ' ', true, Json::error_handler_t::replace);
}

int complain(const std::string& what, int code) {
  std::cerr << program_name() << " rollout history: " << codec::printable(what) << "\n";
  return code;
}

void print(const RolloutHistorySettings& settings, const std::string& json) {
  std::cout << (settings.output == HistoryOutput::yaml ? files::to_yaml(json) : json + "\n") << std::flush;
}

bool for_people(const RolloutHistorySettings& settings) {
  return settings.output == HistoryOutput::text || settings.output == HistoryOutput::wide;
}

int show_one(const RolloutHistorySettings& settings, const HistoryText& text) {
  const auto number = [](const ControllerRevision& one) { return one.revision; };
  const auto found = std::ranges::find(text.history.revisions, settings.revision, number);
  if (found == text.history.revisions.end()) return complain("unable to find the specified revision", 1);
  if (for_people(settings)) {
    std::cout << text.details(*found) << std::flush;
  } else {
    print(settings, text.json(*found));
  }
  return 0;
}

}  // namespace

std::string HistoryText::state_of(const ControllerRevision& revision) const {
  std::string state = revision.name == history.current ? "current" : "";
  const auto add = [&](std::string_view word) { state.append(state.empty() ? "" : ", ").append(word); };
  if (is_last_complete(known, revision)) add("last complete");
  if (rollout::failure_of(known, revision.name) != nullptr) add("failed");
  return state.empty() ? "-" : state;
}

std::string HistoryText::table(bool wide) const {
  std::string text = "daemonset.apps/" + codec::printable(daemon_set.name) + "\n";
  if (history.revisions.empty()) return text + "No rollout history found.\n";
  Columns::Row heads{"REVISION", "STATE", "CHANGE-CAUSE"};
  if (wide) heads.insert(heads.end() - 1, {"NAME", "CREATED"});
  std::vector<Columns::Row> rows;
  for (const ControllerRevision& one : history.revisions) {
    Columns::Row row{std::to_string(one.revision), state_of(one),
                     one.change_cause.empty() ? "<none>" : one.change_cause};
    if (wide) row.insert(row.end() - 1, {one.name, time_of(one)});
    rows.push_back(std::move(row));
  }
  const Columns columns(std::move(heads), rows);
  text += columns.heads();
  for (const Columns::Row& row : rows) text += columns.line(row);
  return text;
}

std::string HistoryText::details(const ControllerRevision& revision) const {
  std::string text = "daemonset.apps/" + codec::printable(daemon_set.name) + " with revision #" +
                     std::to_string(revision.revision) + "\n";
  if (const std::string state = state_of(revision); state != "-") text += "State: " + state + "\n";
  if (const objects::FailedRevision* const failed = rollout::failure_of(known, revision.name)) {
    text += "Failed: " + codec::printable(failed->message) + "\n";
  }
  if (!revision.change_cause.empty()) text += "Change-Cause: " + codec::printable(revision.change_cause) + "\n";
  return text + "Pod Template:\n" + files::to_yaml(to_text(inspection::template_of(revision)));
}

std::string HistoryText::json() const {
  Json json{{"namespace", daemon_set.namespace_}, {"name", daemon_set.name}, {"revisions", Json::array()}};
  for (const ControllerRevision& one : history.revisions)
    json["revisions"].push_back(inspection::show(history, one, known));
  return to_text(json);
}

std::string HistoryText::json(const ControllerRevision& revision) const {
  return to_text(inspection::show(history, revision, known));
}

int run_rollout_history(const RolloutHistorySettings& settings) {
  inspection::Conversation conversation(settings.target);
  const auto daemon_set = inspection::read_daemon_set(conversation, settings.target.name);
  if (!daemon_set) return complain(daemon_set.error().why, 2);
  const auto history = inspection::read_history(conversation, *daemon_set);
  if (!history) return complain(history.error().why, 2);
  const auto policies = inspection::read_policies(conversation, daemon_set->namespace_);
  if (!policies)
    complain("which revisions failed, and which was complete last, is not known: " + policies.error().why, 0);
  const objects::RolloutPolicy* const policy = policies ? policies->serving(*daemon_set) : nullptr;
  const HistoryText text{.daemon_set = *daemon_set,
                         .history = *history,
                         .known = policy == nullptr ? nullptr : rollout::remembered(*policy, daemon_set->name)};
  if (settings.revision > 0) return show_one(settings, text);
  if (for_people(settings)) {
    std::cout << text.table(settings.output == HistoryOutput::wide) << std::flush;
  } else {
    print(settings, text.json());
  }
  return 0;
}

}  // namespace everynode::cli
