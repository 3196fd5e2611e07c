#include "scenarios.hpp"

#include <algorithm>

#include "everynode/objects/objects.hpp"

namespace everynode::reconciler {
namespace {

using Outcome = std::function<bool(const FakeObjects&)>;

constexpr const char* key = "default/agent";

Step created(Json daemon_set) {
  return {"create", [daemon_set = std::move(daemon_set)](FakeObjects& objects) {
            add_nodes(objects, 4);
            add_daemon_set(objects, daemon_set);
          }};
}

Step rolled(const std::string& image) {
  return {"roll to " + image, [image](FakeObjects& objects) { set_image(objects, "agent", image); }};
}

Json agent(Json strategy = {{"maxUnavailable", 1}, {"maxSurge", 0}}) {
  Json made = daemon_set("agent", "i:1");
  made["spec"]["updateStrategy"]["rollingUpdate"] = std::move(strategy);
  return made;
}

std::size_t revisions(const FakeObjects& objects) {
  return objects.all("controllerrevisions").size();
}

const std::string& name_on(const FakeObjects& objects, const std::string& node) {
  const auto& pods = objects.all("pods");
  const auto there = [&](const auto& entry) { return support::target_of(entry.second) == node; };
  return std::ranges::find_if(pods, there)->first;
}

Scenario surge() {
  return {.name = "Surge",
          .limits = {.unavailable = 0, .pods_on_a_node = 2},
          .steps = {created(agent({{"maxUnavailable", 0}, {"maxSurge", 1}})), rolled("i:2")}};
}

/// A pod loses the label that selects it: it is released, and another one takes its place.
Scenario release() {
  const auto cut = [](FakeObjects& objects) {
    Json pod = *objects.find("pods", name_on(objects, "n2"));
    pod["metadata"]["labels"].erase("app");
    objects.write("pods", pod);
  };
  const Outcome released = [](const FakeObjects& objects) {
    return std::ranges::all_of(objects.all("pods"), [](const auto& entry) {
      return support::controller_of(entry.second).empty() != entry.second["metadata"]["labels"].contains("app");
    });
  };
  return {.name = "Release", .limits = {}, .steps = {created(agent()), {"release", cut, released}}};
}

/// A DaemonSet is deleted without its pods; another one of its name adopts them.
Scenario orphans() {
  const auto replace = [](FakeObjects& objects) {
    for (const std::string plural : {"pods", "controllerrevisions"}) {
      for (auto [name, object] : FakeObjects::Collection(objects.all(plural))) {
        object["metadata"].erase("ownerReferences");
        objects.write(plural, object);
      }
    }
    objects.erase("daemonsets", key);
    add_daemon_set(objects, agent());
  };
  return {.name = "Orphans", .limits = {}, .steps = {created(agent()), {"adopt", replace}}};
}

/// Two revisions of one template: pods move to the newer one, and the older one is deleted.
Scenario deduplication() {
  const Outcome one = [](const FakeObjects& objects) { return revisions(objects) == 1; };
  return {.name = "Deduplication",
          .limits = {},
          .steps = {created(agent()), {"deduplicate", copy_revision, one}, rolled("i:2")}};
}

/// Another object has the name of the next revision.
Scenario collision() {
  const auto collide = [](FakeObjects& objects) {
    set_image(objects, "agent", "i:2");
    codec::Document document;
    const auto changed = objects::read_daemon_set(objects.find("daemonsets", key)->dump(), document);
    const std::string hash = objects::revision_hash(changed->revision_data, changed->collision_count);
    objects.write("controllerrevisions",
                  {{"metadata", {{"name", "agent-" + hash}, {"namespace", "default"}, {"uid", "x"}}},
                   {"revision", 7},
                   {"data", {{"of", "others"}}}});
  };
  const Outcome counted = [](const FakeObjects& objects) {
    return (*objects.find("daemonsets", key))["status"].value("collisionCount", 0) == 1;
  };
  return {.name = "Collision", .limits = {}, .steps = {created(agent()), {"count the collision", collide, counted}}};
}

/// The second failure on a node has to wait.
Scenario failures() {
  const auto fail = [](FakeObjects& objects) {
    Json pod = *objects.find("pods", name_on(objects, "n2"));
    pod["status"] = {{"phase", "Failed"}};
    objects.write("pods", pod);
  };
  return {.name = "Failures", .limits = {}, .steps = {created(agent()), {"replace", fail}, {"replace again", fail}}};
}

/// Somebody deletes the pod of a node, again and again.
Scenario deletions() {
  const auto remove = [](FakeObjects& objects) { objects.erase("pods", name_on(objects, "n2")); };
  return {.name = "Deletions",
          .limits = {},
          .steps = {created(agent()), {"replace", remove}, {"replace again", remove}, {"replace once more", remove}}};
}

/// Back to the template before, in the middle of the roll. Which nodes had been rolled is chance.
Scenario rollback() {
  Step half = rolled("i:2");
  half.rests = false;
  half.outcome = [](const FakeObjects& objects) {
    return std::ranges::any_of(objects.all("pods"), [](const auto& entry) {
      return entry.second["spec"]["containers"][0]["image"] == "i:2" && support::is_ready(entry.second);
    });
  };
  return {.name = "Rollback",
          .limits = {},
          .steps = {created(agent()), half, rolled("i:1")},
          .chance_label = "pod-template-generation"};
}

/// Old revisions beyond the limit are deleted.
Scenario history() {
  Json short_history = agent({{"maxUnavailable", 4}, {"maxSurge", 0}});
  short_history["spec"]["revisionHistoryLimit"] = 0;
  Step last = rolled("i:3");
  last.outcome = [](const FakeObjects& objects) { return revisions(objects) == 1; };
  return {.name = "History",
          .limits = {.unavailable = 4, .pods_on_a_node = 1},
          .steps = {created(short_history), rolled("i:2"), last}};
}

/// A policy holds the rollout after one node, until somebody promotes it.
Scenario waves() {
  const auto phase_is = [](const std::string& phase) {
    return [phase](const FakeObjects& objects) { return phase_of_policy(objects) == phase; };
  };
  Step create = created(agent());
  create.change = [first = create.change](FakeObjects& objects) {
    add_policy(objects);
    first(objects);
  };
  create.outcome = phase_is("Complete");
  Step hold = rolled("i:2");
  hold.rests = false;
  hold.outcome = phase_is("Held");
  return {.name = "Waves",
          .limits = {.hold = Hold{.image = "i:2", .pods = 1}},
          .steps = {create, hold, {"go on", promote, phase_is("Complete")}}};
}

/// Changes that affect the status only.
Scenario status() {
  const auto wait_longer = [](FakeObjects& objects) {
    objects.merge_patch({.plural = "daemonsets", .namespace_ = "default", .name = "agent", .subresource = {}},
                        {{"spec", {{"minReadySeconds", 1}}}});
  };
  const auto stumble = [](FakeObjects& objects) {
    Json pod = *objects.find("pods", name_on(objects, "n3"));
    pod["status"]["conditions"] = Json::array({{{"type", "Ready"}, {"status", "False"}}});
    objects.write("pods", pod);
  };
  return {.name = "Status",
          .limits = {},
          .steps = {created(agent()), {"count by the new rule", wait_longer}, {"count again", stumble}}};
}

}  // namespace

std::vector<Scenario> scenarios() {
  return {usual_scenario(), surge(),     release(),  orphans(), deduplication(), collision(),
          failures(),       deletions(), rollback(), history(), waves(),         status()};
}

}  // namespace everynode::reconciler
