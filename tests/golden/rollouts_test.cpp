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
#include "everynode/overlay/census.hpp"
#include "everynode/rollout/windows.hpp"
#include "text_cases.hpp"

namespace everynode {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

const fs::path rollout_cases = EVERYNODE_SOURCE_DIR "/tests/golden/rollouts";

Json read_case(const std::string& name) {
  const auto documents = files::read_documents(golden::content_of(rollout_cases / (name + ".yaml")));
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
  if (remembered.contains("phase")) {
    told["phase"] = remembered["phase"];
    told["revision"] = "agent-" + remembered.value("rolling", "new");
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
  for (const auto& [key, value] : wanted.value("annotations", Json::object()).items())
    set.annotations.set(key, value.get<std::string>());
  set.switches = objects::read_switches(set.annotations);
  return set;
}

objects::DaemonPod pod_of(const Json& given, const std::string& node) {
  const std::string revision = given.at("revision");
  objects::DaemonPod pod = support::pod("agent-" + node + "-" + revision, node, revision);
  pod.created = given.contains("created") ? time_of(given["created"]) : support::at(-3600);
  pod.ready = given.contains("ready");
  pod.ready_since = pod.ready ? time_of(given["ready"]) : pod.created;
  if (given.contains("unready")) pod.ready_since = time_of(given["unready"]);
  if (given.contains("madeIn"))
    pod.labels.set(std::string(objects::template_generation_label), std::to_string(given["madeIn"].get<int>()));
  pod.terminating = given.value("terminating", false);
  if (given.value("over", false)) pod.phase = objects::PodPhase::failed;
  pod.trouble = given.value("trouble", "");
  pod.stuck = !pod.trouble.empty();
  return pod;
}

overlay::DaemonSetOverlay overlay_of(const std::string& name, const Json& given) {
  Json spec = given;
  spec.erase("created");
  const std::string created = objects::to_rfc3339(std::chrono::floor<std::chrono::seconds>(
      given.contains("created") ? time_of(given["created"]) : support::at(-7200)));
  const Json document{{"metadata",
                       {{"name", name},
                        {"namespace", "default"},
                        {"uid", "o-" + name},
                        {"generation", 1},
                        {"creationTimestamp", created}}},
                      {"spec", std::move(spec)}};
  codec::Document memory;
  auto overlay = overlay::read_overlay(document.dump(), memory);
  if (!overlay) throw std::runtime_error(overlay.error().text());
  return std::move(*overlay);
}

/// From now on the store knows these overlays, and pods are compared.
void put_overlays(const Json& overlays, cache::Store& store) {
  store.audit_pods();
  store.knowledge().begin_overlays();
  for (const auto& [name, spec] : overlays.items()) store.knowledge().listed(overlay_of(name, spec));
  store.knowledge().end_overlays();
  store.know_overlays();
  store.know_classes();
  store.begin_replace(cache::Store::Kind::node);
}

overlay::Node size_of(const Json& given) {
  const Json document{{"metadata", {{"name", given.at("name")}, {"labels", given.value("labels", Json::object())}}},
                      {"status", {{"allocatable", given.value("allocatable", Json::object())}}}};
  codec::Document memory;
  auto node = overlay::read_node(document.dump(), memory);
  if (!node) throw std::runtime_error(node.error().text());
  return std::move(*node);
}

/// The stamp that admission would give it now, with a container that has no amounts.
std::string stamp_of(objects::DaemonPod pod, const overlay::Known& known) {
  objects::Admitted admitted;
  admitted.containers.push_back({.name = "c", .limits = {}, .requests = {}});
  pod.admitted = std::move(admitted);
  return overlay::fit(known.catalog, overlay::as_admitted(pod), known.nodes.find(pod.target_node)).stamp;
}

/// "right": as admission would make it now; "unseen": without a trace of Everynode; "none"; else what its stamp says.
objects::Shared<objects::Admitted> admitted_of(const Json& given, const objects::DaemonPod& pod,
                                               const cache::Store& store) {
  const std::string stamp = given.value("overlays", "right");
  objects::Admitted admitted;
  admitted.containers.push_back({.name = "c", .limits = {}, .requests = {}});
  for (const auto& [name, amount] : given.value("limits", Json::object()).items())
    admitted.containers.back().limits.emplace_back(name, amount.get<std::string>());
  if (stamp == "unseen") return admitted;
  admitted.node = pod.target_node;
  if (stamp != "none") admitted.overlays = stamp == "right" ? stamp_of(pod, *store.known()) : stamp;
  return admitted;
}

void put(const Json& given, cache::Store& store) {
  const bool audited = given.contains("overlays");
  if (audited) put_overlays(given["overlays"], store);
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
    if (one.contains("joined")) node.health.created = time_of(one["joined"]);
    node.health.ready = !one.contains("notReady");
    if (!node.health.ready) {
      node.health.ready_changed = time_of(one["notReady"]);
      node.taints = support::not_ready_taints();
    }
    if (one.contains("readyAgain")) node.health.ready_changed = time_of(one["readyAgain"]);
    if (one.contains("exclude")) node.exclude = one["exclude"].get<std::string>();
    node.unschedulable = one.value("cordoned", false);
    if (one.value("shuttingDown", false)) node.health.absence = objects::Absence::shutting_down;
    if (one.value("draining", false)) node.health.absence = objects::Absence::draining;
    store.put(std::move(node));
    if (audited) store.know_node(size_of(one));
  }
  if (audited) static_cast<void>(store.end_replace(cache::Store::Kind::node, "1"));
  for (const Json& one : given.at("nodes")) {
    for (const Json& given_pod : one.value("pods", Json::array())) {
      objects::DaemonPod pod = pod_of(given_pod, one.at("name"));
      if (audited) pod.admitted = admitted_of(given_pod, pod, store);
      if (given_pod.value("overlays", "") == "unseen") pod.creator = "kube-controller-manager";
      store.put(std::move(pod));
    }
  }
  store.put(policy_of(given));
}

std::string told_of_rollout(const Json& given) {
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
  text += "status " + Json::parse(rollout::status_patch(policy, status))["status"].dump(2) + "\n";
  for (const auto& [overlay, news] : store.overlay_statuses("default", now))
    text +=
        "overlay " + overlay.name + " " + Json::parse(overlay::status_patch(overlay, news))["status"].dump(2) + "\n";
  return text;
}

class Rollout : public ::testing::TestWithParam<std::string> {};

TEST_P(Rollout, IsPlannedAndToldAsReviewed) {
  const fs::path file = rollout_cases / (GetParam() + ".txt");
  const std::string actual = told_of_rollout(read_case(GetParam()));
  golden::expect_as_reviewed(file, actual);
}

INSTANTIATE_TEST_SUITE_P(Golden, Rollout, ::testing::ValuesIn(golden::cases_in(rollout_cases)), golden::name_of);

}  // namespace
}  // namespace everynode
