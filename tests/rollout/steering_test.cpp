#include "everynode/rollout/steering.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::rollout {
namespace {

using Json = nlohmann::json;

objects::Wave wave(std::string name, bool hold, std::string by = {}) {
  objects::Wave wave;
  wave.name = std::move(name);
  wave.by = std::move(by);
  wave.hold = hold;
  return wave;
}

/// Policy home/network, whose wave canary is on hold for agent-2 of DaemonSet agent.
objects::RolloutPolicy policy() {
  objects::RolloutPolicy policy;
  policy.namespace_ = "home";
  policy.name = "network";
  policy.resource_version = "7";
  policy.waves = {wave("canary", true), wave("few", false), wave("zones", true, "zone")};
  objects::DaemonSetRollout agent;
  agent.name = "agent";
  agent.revision = "agent-2";
  agent.phase = "Held";
  agent.wave = "canary";
  agent.last_complete_revision = "agent-1";
  policy.status.daemon_sets = {agent};
  return policy;
}

std::string refused(const Steered& steered) {
  return steered ? "done: " + steered->done : steered.error();
}

TEST(Pause, SetsOneFieldOfTheSpecAndSaysWhoIsConcerned) {
  auto one = policy();
  const auto paused = set_paused(one, true);
  ASSERT_TRUE(paused) << paused.error();
  EXPECT_EQ(paused->patch, R"({"spec":{"paused":true}})");
  EXPECT_FALSE(paused->of_status);
  EXPECT_EQ(paused->done, "rolloutpolicy.everynode.dev/network paused");
  one.paused = true;
  one.status.daemon_sets.emplace_back().name = "proxy";
  const auto resumed = set_paused(one, false);
  ASSERT_TRUE(resumed) << resumed.error();
  EXPECT_EQ(resumed->patch, R"({"spec":{"paused":false}})");
  EXPECT_EQ(resumed->done, "rolloutpolicy.everynode.dev/network resumed, for the DaemonSets agent, proxy");
}

TEST(Pause, IsRefusedWhereItIsSoAlready) {
  auto one = policy();
  EXPECT_EQ(refused(set_paused(one, false)), "RolloutPolicy home/network is not paused");
  one.paused = true;
  EXPECT_EQ(refused(set_paused(one, true)), "RolloutPolicy home/network is paused already");
}

TEST(Promote, RecordsTheWaveThatIsOnHoldForTheCurrentRevision) {
  auto one = policy();
  one.status.promoted = {{.daemon_set = "proxy", .wave = "canary", .revision = "proxy-9"},
                         {.daemon_set = "agent", .wave = "canary", .revision = "agent-1"}};
  const auto promoted = promote(one, "agent", "agent-2", {});
  ASSERT_TRUE(promoted) << promoted.error();
  EXPECT_TRUE(promoted->of_status);
  EXPECT_EQ(promoted->done, "daemonset.apps/agent wave canary promoted for agent-2");
  const Json patch = Json::parse(promoted->patch);
  EXPECT_EQ(patch["metadata"]["resourceVersion"], "7") << "somebody else's promotion must not get lost";
  EXPECT_EQ(patch["status"]["promoted"], Json::parse(R"([
    {"daemonSet":"proxy","wave":"canary","revision":"proxy-9"},
    {"daemonSet":"agent","wave":"canary","revision":"agent-2"}])"))
      << "one entry for each wave, which is what the list's keys want";
  EXPECT_EQ(patch["status"]["daemonSets"][0]["lastCompleteRevision"], "agent-1");
}

TEST(Promote, TakesAWaveBeforeItIsOnHold) {
  auto one = policy();
  one.status.daemon_sets.front().phase = "Rolling";
  const auto promoted = promote(one, "agent", "agent-2", "zones/a");
  ASSERT_TRUE(promoted) << promoted.error();
  EXPECT_EQ(Json::parse(promoted->patch)["status"]["promoted"][0]["wave"], "zones/a");
  EXPECT_EQ(refused(promote(one, "agent", "agent-2", "few")),
            "RolloutPolicy home/network has no wave few with hold: its waves with hold are canary, zones/VALUE");
  EXPECT_TRUE(refused(promote(one, "agent", "agent-2", "zones")).contains("has no wave zones with hold"));
}

TEST(Promote, IsRefusedWhereNothingIsOnHold) {
  auto one = policy();
  one.status.daemon_sets.front().phase = "Soaking";
  EXPECT_EQ(refused(promote(one, "agent", "agent-2", {})),
            "no wave of agent is on hold: RolloutPolicy home/network is Soaking at wave canary; --wave promotes one "
            "before it is on hold, and its waves with hold are canary, zones/VALUE");
  EXPECT_TRUE(refused(promote(one, "agent", "agent-3", {})).contains("does not tell of agent-3 yet: try again"));
  one.status.promoted = {{.daemon_set = "agent", .wave = "canary", .revision = "agent-2"}};
  EXPECT_EQ(refused(promote(one, "agent", "agent-2", "canary")), "wave canary is promoted already for agent-2");
}

TEST(Retry, TakesTheCurrentRevisionOffTheListAndLeavesTheOthers) {
  auto one = policy();
  auto& failed = one.status.daemon_sets.front().failed_revisions;
  failed = {{.revision = "agent-0", .generation = 3, .message = "x"},
            {.revision = "agent-2", .generation = 5, .message = "y"}};
  const auto again = retry(one, "agent", "agent-2");
  ASSERT_TRUE(again) << again.error();
  EXPECT_TRUE(again->of_status);
  EXPECT_EQ(again->done, "daemonset.apps/agent revision agent-2 is rolled out again");
  const Json patch = Json::parse(again->patch);
  EXPECT_EQ(patch["metadata"]["resourceVersion"], "7");
  const Json& left = patch["status"]["daemonSets"][0]["failedRevisions"];
  ASSERT_EQ(left.size(), 1U) << left;
  EXPECT_EQ(left[0]["revision"], "agent-0");
}

TEST(Retry, IsRefusedWhereTheCurrentRevisionHasNotFailed) {
  auto one = policy();
  EXPECT_EQ(refused(retry(one, "agent", "agent-2")),
            "nothing to retry: agent-2, the current revision of agent, was not rolled back");
  EXPECT_TRUE(refused(retry(one, "proxy", "proxy-2")).starts_with("nothing to retry: proxy-2"));
  one.status.daemon_sets.front().failed_revisions = {{.revision = "agent-3", .generation = 5, .message = "y"}};
  EXPECT_TRUE(refused(retry(one, "agent", "agent-2")).contains("; agent-3 was: put its template back first"));
}

TEST(Steering, LeavesAPolicyAloneThatItDoesNotUnderstand) {
  auto one = policy();
  one.readable = false;
  for (const Steered& steered :
       {set_paused(one, true), promote(one, "agent", "agent-2", {}), retry(one, "agent", "x")}) {
    EXPECT_TRUE(refused(steered).contains("upgrade everynode")) << refused(steered);
  }
}

TEST(NobodyServes, SaysWhichLabelsASelectorCouldSelect) {
  objects::DaemonSet set;
  set.namespace_ = "home";
  set.name = "agent";
  EXPECT_TRUE(nobody_serves(set).ends_with("it has no labels, so only the selector {} selects it"));
  set.labels = {{"app", "agent"}, {"tier", "network"}};
  EXPECT_EQ(
      nobody_serves(set),
      "no RolloutPolicy of namespace home selects DaemonSet agent: create one whose spec.selector does; it has the "
      "labels app=agent, tier=network");
}

}  // namespace
}  // namespace everynode::rollout
