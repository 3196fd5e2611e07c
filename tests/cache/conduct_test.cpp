// How a store judges nodes depends on who keeps it: sections 16 to 18 of the requirements.
#include <gtest/gtest.h>

#include "everynode/daemonset/conditions.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using objects::DaemonSet;
using support::node;

std::string touched_by(Store& store, objects::Node changed) {
  static_cast<void>(store.take_touched());
  store.put(std::move(changed));
  return store.take_touched().empty() ? "" : "touched";
}

DaemonSet annotated(std::string_view annotation, std::string_view value, std::string version = "11") {
  DaemonSet set = daemon_set("ds-1", std::move(version));
  set.annotations.set(annotation, value);
  set.switches = objects::read_switches(set.annotations);
  return set;
}

objects::Node cordoned() {
  objects::Node changed = node("n1");
  changed.unschedulable = true;
  return changed;
}

objects::Node excluding() {
  objects::Node changed = node("n1");
  changed.exclude = "agent";
  return changed;
}

Store with(Conduct conduct) {
  Store store({}, conduct);
  store.put(daemon_set());
  store.put(node("n1"));
  return store;
}

TEST(Conduct, JudgesAnewWhenASwitchOfANodeChanges) {  // requirements 1.4 and 16.1
  Store store = with({});
  EXPECT_EQ(seen(store), "n1+:");
  EXPECT_EQ(touched_by(store, cordoned()), "") << "the DaemonSet does not mind";
  EXPECT_EQ(touched_by(store, excluding()), "touched");
  EXPECT_EQ(seen(store), "n1-:");
  EXPECT_EQ(touched_by(store, node("n1")), "touched");
  EXPECT_EQ(seen(store), "n1+:");
}

TEST(Conduct, JudgesAnewWhenASwitchOfTheDaemonSetChanges) {  // requirement 16.2
  Store store = with({});
  store.put(cordoned());
  store.put(annotated(objects::placement_annotation, "no-cordoned-nodes"));
  EXPECT_EQ(seen(store), "n1~:");
  store.put(daemon_set("ds-1", "12"));
  EXPECT_EQ(seen(store), "n1+:");
}

TEST(Conduct, ObeysNoSwitchBesideAnotherController) {  // requirement 16.6
  Store store = with({.switches = Obedience::never});
  store.put(excluding());
  EXPECT_EQ(seen(store), "n1+:");
  EXPECT_FALSE(store.view(agent).snapshot.obeys_switches);
}

TEST(Conduct, TakesTheWriterOfTheStatusForTheController) {  // requirement 16.6
  Store store = with({.switches = Obedience::as_observed});
  store.put(excluding());
  EXPECT_EQ(seen(store), "n1+:") << "nobody has written it";
  DaemonSet ours = daemon_set("ds-1", "11");
  ours.own_status_time = "2026-11-24T12:00:01Z";
  ours.foreign_status = {.manager = "kube-controller-manager", .time = "2026-11-24T12:00:00Z"};
  store.put(ours);
  EXPECT_EQ(seen(store), "n1-:");
  ours.resource_version = "12";
  ours.foreign_status.time = "2026-11-24T12:00:02Z";
  store.put(ours);
  EXPECT_EQ(seen(store), "n1+:");
}

TEST(Conduct, WakesADaemonSetWhenANodeShutsDownOrGoesOutOfService) {  // requirements 17.1 and 17.2
  objects::Node leaving = node("n1");
  leaving.health.absence = objects::Absence::shutting_down;
  objects::Node off = node("n1");
  off.health.absence = objects::Absence::out_of_service;
  objects::Node dead = off;
  dead.health.ready = false;
  Store store = with({});
  EXPECT_EQ(touched_by(store, leaving), "touched");
  EXPECT_EQ(touched_by(store, node("n1")), "touched") << "it is back";
  EXPECT_EQ(touched_by(store, off), "touched");
  EXPECT_EQ(touched_by(store, dead), "touched");
  Store plain = with({.minds_nodes = false});
  EXPECT_EQ(touched_by(plain, leaving), "") << "as upstream";
  EXPECT_FALSE(plain.view(agent).snapshot.minds_nodes);
}

TEST(Conduct, IsToldByTheConditionOfWhoeverIsTheController) {  // requirement 17.1
  Store store = with({.switches = Obedience::as_observed});
  EXPECT_FALSE(store.view(agent).snapshot.minds_nodes) << "nobody has written its status";
  DaemonSet ours = daemon_set("ds-1", "11");
  ours.own_status_time = "2026-11-24T12:00:01Z";
  store.put(ours);
  EXPECT_TRUE(store.view(agent).snapshot.minds_nodes);
  ours.resource_version = "12";
  ours.conditions = {daemonset::nodes_not_minded()};
  store.put(ours);
  EXPECT_FALSE(store.view(agent).snapshot.minds_nodes);
}

/// When it is certain that node n1 has gone; "" if it is not.
std::string certain(Store& store, int second) {
  store.state(agent)->note_absences(support::at(second));
  const auto at = store.view(agent).snapshot.absences->certain_at("n1");
  return at ? objects::to_rfc3339_micro(*at).substr(11, 8) : "";
}

TEST(Absence, BeginsWhenANodeWithPodsGoes) {  // requirement 17.3
  Store store = with({});
  store.put(support::pod("p", "n1"));
  EXPECT_EQ(certain(store, 0), "");
  objects::Node silent = node("n1");
  silent.health.ready = false;
  store.put(silent);
  static_cast<void>(store.take_touched());
  store.remove_node("n1");
  EXPECT_EQ(store.take_touched().size(), 1U);
  EXPECT_EQ(certain(store, 10), "12:00:15");
  objects::DaemonPod changed = support::pod("p", "n1", "other");
  changed.resource_version = "21";
  store.put(changed);
  EXPECT_EQ(certain(store, 12), "12:00:15") << "a changed pod changes nothing";
  store.put(node("n1"));
  EXPECT_EQ(certain(store, 13), "");
  store.remove_node("n1");
  EXPECT_EQ(certain(store, 20), "12:01:00") << "it was ready";
}

TEST(Absence, OfANodeThatWasNeverSeenBeginsWithItsPod) {  // requirement 17.3
  Store store = with({});
  store.remove_node("n1");
  EXPECT_EQ(certain(store, 0), "");
  store.put(support::pod("p", "n1"));
  EXPECT_EQ(certain(store, 10), "12:00:50");
  store.remove_pod("uid-p");
  EXPECT_EQ(certain(store, 11), "");
  store.put(node("n1"));
  store.put(support::pod("q", "n1"));
  EXPECT_EQ(certain(store, 12), "") << "it is there";
}

TEST(Conduct, LetsPodsOfRequiredDaemonSetsTolerateTheStartupTaint) {  // requirement 18.2
  objects::Node starting = node("n1");
  starting.taints = {{.key = "x/starting", .value = "", .effect = "NoSchedule"}};
  Store store = with({.startup_taint = "x/starting"});
  store.put(starting);
  EXPECT_EQ(seen(store), "n1~:");
  store.put(annotated(objects::startup_annotation, "required"));
  EXPECT_EQ(seen(store), "n1+:");
  const DaemonSet& set = store.state(agent)->daemon_set();
  EXPECT_EQ(set.pod_template.rules.tolerations.back().key, "x/starting");
  EXPECT_FALSE(set.revision_data.contains("x/starting")) << "the template stays as it is";
  const auto body = objects::PodBody::make(set.pod_template, {.name = "agent", .uid = "ds-1"}, "h", 1);
  EXPECT_TRUE(body->for_node("p", "n1").contains(R"({"key":"x/starting","operator":"Exists"})"));
}

TEST(Conduct, StaysWhenEverythingElseIsForgotten) {
  Store store = with({.switches = Obedience::never});
  store.forget_all();
  store.put(daemon_set());
  store.put(excluding());
  EXPECT_EQ(seen(store), "n1+:");
}

}  // namespace
}  // namespace everynode::cache
