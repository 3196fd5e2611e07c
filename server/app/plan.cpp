#include "everynode/app/plan.hpp"

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "everynode/cache/foresee.hpp"
#include "everynode/cache/load.hpp"
#include "everynode/core/plan.hpp"
#include "everynode/core/show.hpp"
#include "everynode/files/yaml.hpp"

namespace everynode::app {
namespace {

using Json = nlohmann::ordered_json;

/// The stages of one DaemonSet. The last one decides about pods, or finds nothing to do.
struct Foreseen {
  cache::Key key;
  std::vector<core::Plan> stages;
};

bool depends_on_others(core::Stage stage) {
  return stage == core::Stage::manage || stage == core::Stage::rollout;
}

Foreseen foresee_stages(const cache::Key& key, cache::Store& store, core::Time now) {
  constexpr std::size_t most = 16;  // claims and history take six at most
  Foreseen out{.key = key, .stages = {}};
  while (out.stages.size() < most) {
    const cache::View view = store.view(key);
    const core::Plan& plan = out.stages.emplace_back(core::plan(view.snapshot, now));
    if (plan.actions.empty() || depends_on_others(plan.stage)) break;
    for (const core::Action& action : plan.actions) cache::foresee(action, key, store);
  }
  return out;
}

Json show(const core::Plan& plan) {
  Json json{{"stage", core::name_of(plan.stage)}, {"actions", Json::array()}};
  for (const core::Action& action : plan.actions) json["actions"].push_back(core::show(action));
  return json;
}

Json show(const Foreseen& foreseen) {
  Json json{{"namespace", foreseen.key.namespace_}, {"name", foreseen.key.name}, {"stages", Json::array()}};
  for (const core::Plan& plan : foreseen.stages) json["stages"].push_back(show(plan));
  const core::Plan& last = foreseen.stages.back();
  json["hash"] = last.hash;
  if (last.status) json["status"] = core::show(*last.status);
  if (last.again_at) json["againAt"] = core::to_rfc3339_micro(*last.again_at);
  return json;
}

std::string to_text(const Foreseen& foreseen) {
  std::string text = "DaemonSet " + to_text(foreseen.key) + "\n";
  for (const core::Plan& plan : foreseen.stages) {
    text.append("  ").append(core::name_of(plan.stage)).append("\n");
    for (const core::Action& action : plan.actions) text += "    " + core::to_text(action) + "\n";
  }
  const core::Plan& last = foreseen.stages.back();
  if (last.status) text += "  status " + core::show(*last.status).dump() + "\n";
  if (last.again_at) text += "  again at " + core::to_rfc3339_micro(*last.again_at) + "\n";
  return text;
}

}  // namespace

std::expected<std::string, std::string> plan_input(const std::string& input, PlanOutput output, core::Time now) {
  const auto json = files::as_json(input);
  if (!json) return std::unexpected(json.error());
  cache::Store store;
  const std::string problem = cache::load(*json, store);
  if (!problem.empty()) return std::unexpected(problem);
  if (store.boards().empty()) {
    return std::unexpected(
        "there is no DaemonSet in it; expected what `kubectl get daemonsets,nodes,pods,controllerrevisions -A -o json` "
        "prints");
  }
  std::vector<cache::Key> keys;
  for (const auto& [key, board] : store.boards()) keys.push_back(key);
  Json all{{"daemonSets", Json::array()}};
  std::string text;
  for (const cache::Key& key : keys) {
    const Foreseen foreseen = foresee_stages(key, store, now);
    if (output == PlanOutput::text) {
      text += to_text(foreseen);
    } else {
      all["daemonSets"].push_back(show(foreseen));
    }
  }
  return output == PlanOutput::text ? text : all.dump(2) + "\n";
}

int run_plan(const PlanSettings& settings) {
  const std::string input(std::istreambuf_iterator<char>(std::cin), {});
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto text = plan_input(input, settings.output, settings.now.value_or(now));
  if (!text) {
    std::cerr << "everynode plan: standard input: " << text.error() << "\n";
    return 2;
  }
  std::cout << *text;
  return 0;
}

}  // namespace everynode::app
