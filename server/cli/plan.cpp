#include "everynode/cli/plan.hpp"

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "everynode/cache/assume.hpp"
#include "everynode/cache/load.hpp"
#include "everynode/codec/printable.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/daemonset/show.hpp"
#include "everynode/daemonset/switch_remarks.hpp"
#include "everynode/files/time_zones.hpp"
#include "everynode/files/yaml.hpp"
#include "program.hpp"

namespace everynode::cli {
namespace {

using Json = nlohmann::ordered_json;

/// The stages of one DaemonSet. The last one is about pods, or finds nothing to do.
struct Stages {
  cache::Key key;
  std::vector<daemonset::Plan> stages;
  std::vector<std::string> remarks;  ///< on switches
};

bool depends_on_others(daemonset::Stage stage) {
  using daemonset::Stage;
  return stage == Stage::manage || stage == Stage::rollout || stage == Stage::go_back;
}

std::vector<std::string> remarks_on(const cache::Key& key, const cache::Store& store) {
  std::vector<std::string> remarks;
  if (auto remark = daemonset::remark_on(store.state(key)->daemon_set(), true)) {
    remarks.push_back(std::move(remark->text));
  }
  for (const auto& [name, node] : store.nodes()) {
    if (auto remark = daemonset::remark_on(node, true)) remarks.push_back(std::move(remark->text));
  }
  return remarks;
}

Stages assume_stages(const cache::Key& key, cache::Store& store, objects::Time now) {
  constexpr std::size_t most = 16;  // claims and history need six at most
  Stages out{.key = key, .stages = {}, .remarks = remarks_on(key, store)};
  while (out.stages.size() < most) {
    const cache::View view = store.view(key);
    const daemonset::Plan& plan = out.stages.emplace_back(daemonset::plan(view.snapshot, now));
    if (plan.actions.empty() || depends_on_others(plan.stage)) break;
    for (const daemonset::Action& action : plan.actions) cache::assume(action, key, store);
  }
  return out;
}

Json show(const daemonset::Plan& plan) {
  Json json{{"stage", name_of(plan.stage)}, {"actions", Json::array()}};
  for (const daemonset::Action& action : plan.actions) json["actions"].push_back(daemonset::to_json(action));
  return json;
}

Json show(const Stages& foreseen) {
  Json json{{"namespace", foreseen.key.namespace_}, {"name", foreseen.key.name}, {"stages", Json::array()}};
  for (const daemonset::Plan& plan : foreseen.stages) json["stages"].push_back(show(plan));
  if (!foreseen.remarks.empty()) json["remarks"] = foreseen.remarks;
  const daemonset::Plan& last = foreseen.stages.back();
  json["hash"] = last.hash;
  if (last.status) json["status"] = daemonset::show(*last.status);
  if (last.again_at) json["againAt"] = objects::to_rfc3339_micro(*last.again_at);
  return json;
}

std::string to_text(const Stages& foreseen) {
  std::string text = "DaemonSet " + to_text(foreseen.key) + "\n";
  for (const std::string& remark : foreseen.remarks) text += "  " + remark + "\n";
  for (const daemonset::Plan& plan : foreseen.stages) {
    text.append("  ").append(name_of(plan.stage)).append("\n");
    for (const daemonset::Action& action : plan.actions) text += "    " + to_text(action) + "\n";
  }
  const daemonset::Plan& last = foreseen.stages.back();
  if (last.status) text += "  status " + daemonset::show(*last.status).dump() + "\n";
  if (last.rollout) {
    text += "  policy: " + last.rollout->phase + ", " + last.rollout->message + "\n";
  }
  if (last.again_at) text += "  again at " + objects::to_rfc3339_micro(*last.again_at) + "\n";
  return text;
}

std::string counted(std::size_t count, const std::string& what) {
  return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string summary_of(std::size_t documents, const cache::Loaded& loaded) {
  std::string text = counted(documents, "document") + ": " + counted(loaded.daemon_sets, "DaemonSet") + ", " +
                     counted(loaded.nodes, "node") + ", " + counted(loaded.pods, "pod") + ", " +
                     counted(loaded.revisions, "ControllerRevision");
  if (loaded.policies > 0)
    text += (loaded.policies == 1 ? ", 1 RolloutPolicy" : ", " + std::to_string(loaded.policies) + " RolloutPolicies");
  if (loaded.others > 0) text += "; passed over: " + std::to_string(loaded.others) + " of other kinds";
  return text;
}

/// Puts all documents into the store, and returns how much that was.
std::expected<std::string, std::string> load_all(const std::string& input, cache::Store& store) {
  const auto documents = files::read_documents(input);
  if (!documents) return std::unexpected(documents.error().text());
  cache::Loaded loaded;
  for (std::size_t i = 0; i < documents->size(); ++i) {
    const files::Document& document = (*documents)[i];
    const auto done = cache::load(document.json, store, loaded);
    if (done) continue;
    if (documents->size() == 1) return std::unexpected(done.error().text());
    return std::unexpected("document " + std::to_string(i + 1) + " (line " + std::to_string(document.line) +
                           "): " + done.error().text());
  }
  return summary_of(documents->size(), loaded);
}

}  // namespace

std::expected<PlanAnswer, std::string> plan_input(const std::string& input, PlanOutput output, objects::Time now) {
  cache::Store store{rollout::TimeZones{files::load_time_zone}};
  const auto summary = load_all(input, store);
  if (!summary) return std::unexpected(summary.error());
  if (store.states().empty()) {
    return std::unexpected(
        "there is no DaemonSet in it; expected what `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` "
        "prints");
  }
  std::vector<cache::Key> keys;
  for (const auto& [key, state] : store.states()) keys.push_back(key);
  Json all{{"daemonSets", Json::array()}};
  std::string text;
  for (const cache::Key& key : keys) {
    const Stages foreseen = assume_stages(key, store, now);
    if (output == PlanOutput::text) {
      text += to_text(foreseen);
    } else {
      all["daemonSets"].push_back(show(foreseen));
    }
  }
  return PlanAnswer{.text = output == PlanOutput::text ? text : all.dump(2) + "\n", .summary = *summary};
}

int run_plan(const PlanSettings& settings) {
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto answer = plan_input(input, settings.output, settings.now.value_or(now));
  if (!answer) {
    std::cerr << program_name() << " plan: standard input: " << codec::printable(answer.error()) << "\n";
    return 2;
  }
  std::cout << codec::printable_lines(answer->text);
  std::cerr << program_name() << " plan: " << answer->summary << "\n";
  return 0;
}

}  // namespace everynode::cli
