// What is planned for DaemonSets with a RolloutPolicy, and what the policy's status tells: tests/golden/rollouts has a
// case in each .yaml (README.md there says how to write one), and what people reviewed in the .txt of the same name.
// EVERYNODE_BLESS=1 writes these anew.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "builders.hpp"
#include "everynode/cache/store.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/files/time_zones.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/rollout/windows.hpp"
#include "text_cases.hpp"

namespace everynode {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path folder = EVERYNODE_SOURCE_DIR "/tests/golden/rollouts";

Json read_case(const std::string& name) {
  const auto documents = files::read_documents(golden::content_of(folder / (name + ".yaml")));
  if (!documents) throw std::runtime_error(documents.error().text());
  return Json::parse(documents->front().json);
}

/// "5m": so long after noon of the case's day.
objects::Time time_of(const Json& text) {
  const auto duration = objects::parse_duration(text.get<std::string>());
  if (!duration) throw std::runtime_error("no duration: " + text.dump());
  return support::at(0) + *duration;
}

objects::RolloutPolicy policy_of(const Json& given) {
  Json document{{"metadata", {{"name", "policy"}, {"namespace", "default"}, {"uid", "p"}, {"generation", 1}}},
                {"spec", given.at("policy")}};
  document["spec"].emplace("selector", Json::object());
  const Json remembered = given.value("remembered", Json::object());
  Json told{{"name", "agent"}};
  if (remembered.contains("complete")) {
    told["lastCompleteRevision"] = "agent-" + remembered["complete"].get<std::string>();
  }
  if (remembered.contains("failedIn")) {
    told["failedRevisions"] = {
        {{"revision", "agent-new"}, {"generation", remembered["failedIn"]}, {"message", "3 of 4 nodes failed"}}};
  }
  if (told.size() > 1) document["status"]["daemonSets"].push_back(told);
  for (const Json& wave : remembered.value("promoted", Json::array())) {
    document["status"]["promoted"].push_back({{"daemonSet", "agent"}, {"wave", wave}, {"revision", "agent-new"}});
  }
  codec::Document memory;
  auto policy = objects::read_rollout_policy(document.dump(), memory);
  if (!policy) throw std::runtime_error(policy.error().text());
  return std::move(*policy);
}

objects::DaemonSet daemon_set_of(const Json& given) {
  objects::DaemonSet set = support::daemon_set();
  const Json wanted = given.value("daemonSet", Json::object());
  set.strategy.rolling = wanted.value("updateStrategy", "RollingUpdate") != "OnDelete";
  set.strategy.max_unavailable.value = wanted.value("maxUnavailable", 1);
  if (wanted.contains("maxSurge")) set.strategy.max_unavailable.value = 0;
  set.strategy.max_surge.value = wanted.value("maxSurge", 0);
  set.min_ready_seconds = wanted.value("minReadySeconds", 0);
  set.generation = wanted.value("generation", 1);
  return set;
}

objects::DaemonPod pod_of(const Json& given, const std::string& node) {
  const std::string revision = given.at("revision");
  objects::DaemonPod pod = support::pod("agent-" + node + "-" + revision, node, revision);
  pod.created = given.contains("created") ? time_of(given["created"]) : support::at(-3600);
  pod.ready = given.contains("ready");
  pod.ready_since = pod.ready ? time_of(given["ready"]) : pod.created;
  pod.terminating = given.value("terminating", false);
  if (given.value("over", false)) pod.phase = objects::PodPhase::failed;
  pod.trouble = given.value("trouble", "");
  pod.stuck = !pod.trouble.empty();
  return pod;
}

void put(const Json& given, cache::Store& store) {
  objects::DaemonSet set = daemon_set_of(given);
  const std::string other = R"({"spec":{"template":{"other":true}}})";
  const bool back = given.value("daemonSet", Json::object()).value("template", "new") == "old";
  const std::string gone = given.value("gone", "");
  if (gone != "old") store.put(support::revision("old", back ? 3 : 1, back ? set.revision_data : other));
  store.put(support::revision("new", 2, back ? other : set.revision_data));
  store.put(std::move(set));
  for (const Json& one : given.at("nodes")) {
    const std::string name = one.at("name");
    objects::Labels labels;
    for (const auto& [key, value] : one.value("labels", Json::object()).items())
      labels.set(key, value.get<std::string>());
    objects::Node node = support::node(name, std::move(labels));
    node.health.ready = !one.contains("notReady");
    if (!node.health.ready) {
      node.health.ready_changed = time_of(one["notReady"]);
      node.taints = support::not_ready_taints();
    }
    if (one.contains("readyAgain")) node.health.ready_changed = time_of(one["readyAgain"]);
    if (one.value("draining", false)) node.health.absence = objects::Absence::draining;
    store.put(std::move(node));
    for (const Json& pod : one.value("pods", Json::array())) store.put(pod_of(pod, name));
  }
  store.put(policy_of(given));
}

std::string told(const Json& given) {
  cache::Store store{rollout::TimeZones{files::load_time_zone}};
  put(given, store);
  const objects::Time now = time_of(given.at("now"));
  const cache::Key key{.namespace_ = "default", .name = "agent"};
  const daemonset::Plan plan = daemonset::plan(store.view(key).snapshot, now);
  std::string text;
  for (const daemonset::Action& action : plan.actions) text += to_text(action) + "\n";
  if (plan.actions.empty()) text += "nothing to do\n";
  if (plan.again_at) text += "again at " + objects::to_rfc3339_micro(*plan.again_at) + "\n";
  store.set_rollout(key, plan.rollout);
  const objects::RolloutPolicy& policy = store.policies().begin()->second;
  const auto status =
      rollout::status_of(policy, store.selected_by(policy), now, rollout::problem_with(policy, store.time_zones()));
  return text + "status " + Json::parse(rollout::status_patch(policy, status))["status"].dump(2) + "\n";
}

class Rollout : public ::testing::TestWithParam<std::string> {};

TEST_P(Rollout, IsPlannedAndToldAsReviewed) {
  const fs::path file = folder / (GetParam() + ".txt");
  const std::string actual = told(read_case(GetParam()));
  golden::expect_as_reviewed(file, actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, Rollout, ::testing::ValuesIn(golden::cases_in(folder)), golden::name_of);

}  // namespace
}  // namespace everynode
