// RolloutPolicies as the API server gives them.
#include "everynode/objects/rollout_policy.hpp"

#include <gtest/gtest.h>

#include "everynode/objects/objects.hpp"

namespace everynode::objects {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

std::expected<RolloutPolicy, codec::Mistake> read_spec(const std::string& spec) {
  codec::Document document;
  return read_rollout_policy(R"({"metadata":{"name":"p","namespace":"n"},"spec":)" + spec + "}", document);
}

std::string problem_with(const std::string& spec) {
  const auto policy = read_spec(spec);
  return policy ? "" : policy.error().text();
}

TEST(RolloutPolicy, IsReadWithAllItsFields) {
  codec::Document document;
  const auto policy = read_rollout_policy(R"({"kind":"RolloutPolicy","metadata":{"name":"network","namespace":"default",
    "uid":"u","resourceVersion":"7","generation":3,"creationTimestamp":"2026-11-24T12:00:00Z"},
    "spec":{"selector":{"matchLabels":{"tier":"network"}},"paused":true,"maxUnavailable":"10%","badNodes":"Count",
      "failure":{"maxFailedNodes":"2%","progressDeadline":"5m","then":"Rollback"},
      "windows":[{"days":["Mon","Sun"],"from":"09:00","to":"16:30","timeZone":"Europe/Berlin"},{}],"waves":[
      {"name":"canary","nodes":{"matchLabels":{"canary":"true"}},"soak":"1h30m","hold":true},
      {"name":"few","count":"5%","maxUnavailable":1,"soak":"5m","hold":false},
      {"name":"zones","by":"topology.kubernetes.io/zone"}]},
    "status":{"observedGeneration":2,"phase":"Held","wave":"canary","progress":"1/9","daemonSets":[
      {"name":"agent","revision":"agent-a","phase":"Held","wave":"canary","desired":9,"updated":1,
       "deferred":2,"failed":1,"deferredNodes":[{"name":"n1","reason":"draining"}],
       "failedNodes":[{"name":"n2","reason":"crashes"}],
       "failedRevisions":[{"revision":"agent-c","generation":4,"message":"why"}],
       "lastCompleteRevision":"agent-b","message":"m"}],
      "promoted":[{"daemonSet":"agent","wave":"canary","revision":"agent-b"}],
      "conditions":[{"type":"Accepted","status":"True","reason":"Accepted","message":"m",
                     "lastTransitionTime":"2026-11-24T12:00:00Z"}]}})",
                                          document);
  ASSERT_TRUE(policy) << policy.error().text();
  EXPECT_EQ(policy->name, "network");
  EXPECT_EQ(policy->generation, 3);
  EXPECT_EQ(policy->created, parse_time("2026-11-24T12:00:00Z"));
  EXPECT_TRUE(policy->paused);
  EXPECT_EQ(policy->max_unavailable, (IntOrPercent{.value = 10, .percent = true}));
  EXPECT_TRUE(policy->counts_bad_nodes);
  EXPECT_EQ(policy->failure, (RolloutFailure{.max_failed_nodes = {.value = 2, .percent = true},
                                             .progress_deadline = minutes(5),
                                             .then = AfterFailure::rollback}));
  EXPECT_EQ(
      policy->windows,
      (std::vector<Window>{
          {.days = 0b100'0001, .from = std::chrono::hours(9), .to = minutes(990), .time_zone = "Europe/Berlin"}, {}}));
  ASSERT_EQ(policy->waves.size(), 3U);
  EXPECT_TRUE(policy->waves[0].hold);
  EXPECT_EQ(policy->waves[0].soak, minutes(90));
  EXPECT_TRUE(matches(*policy->waves[0].nodes, {{"canary", "true"}}));
  EXPECT_EQ(policy->waves[1].count, (IntOrPercent{.value = 5, .percent = true}));
  EXPECT_EQ(policy->waves[1].max_unavailable, (IntOrPercent{.value = 1, .percent = false}));
  EXPECT_EQ(policy->waves[2].by, "topology.kubernetes.io/zone");
  EXPECT_EQ(policy->status.observed_generation, 2);
  EXPECT_EQ(policy->status.progress, "1/9");
  EXPECT_EQ(policy->status.daemon_sets, (std::vector<DaemonSetRollout>{{.name = "agent",
                                                                        .revision = "agent-a",
                                                                        .phase = "Held",
                                                                        .wave = "canary",
                                                                        .desired = 9,
                                                                        .updated = 1,
                                                                        .deferred = 2,
                                                                        .failed = 1,
                                                                        .deferred_nodes = {{"n1", "draining"}},
                                                                        .failed_nodes = {{"n2", "crashes"}},
                                                                        .last_complete_revision = "agent-b",
                                                                        .failed_revisions = {{"agent-c", 4, "why"}},
                                                                        .message = "m"}}));
  EXPECT_EQ(policy->status.promoted,
            (std::vector<Promotion>{{.daemon_set = "agent", .wave = "canary", .revision = "agent-b"}}));
  ASSERT_EQ(policy->status.conditions.size(), 1U);
  EXPECT_EQ(policy->status.conditions[0].type, "Accepted");
}

/// A newer version may have kinds of waves that this one does not know: to skip one would open those behind it.
TEST(RolloutPolicy, WithAWaveOfAnotherKindIsRefused) {
  EXPECT_EQ(problem_with(R"({"selector":{},"waves":[{"name":"a","phaseOfTheMoon":"full"}]})"),
            "spec.waves[0]: expected one of nodes, count and by");
  EXPECT_EQ(problem_with(R"({"selector":{},"waves":[{"name":"a","count":1,"by":"zone"}]})"),
            "spec.waves[0]: expected one of nodes, count and by");
  EXPECT_EQ(problem_with(R"({"selector":{},"waves":[{"name":"a","count":1,"soak":"soon"}]})"),
            "spec.waves[0].soak: expected a duration such as 30s, 10m or 1h30m");
  EXPECT_EQ(problem_with(R"({"selector":{},"failure":{"maxFailedNodes":1,"then":"Explode"}})"),
            "spec.failure.then: expected Pause or Rollback");
  EXPECT_EQ(problem_with(R"({"selector":{},"badNodes":"Ignore"})"), "spec.badNodes: expected Exclude or Count");
  EXPECT_EQ(problem_with(R"({"selector":{},"waves":[{"name":"a","count":1}]})"), "");
}

TEST(RolloutPolicy, WithAWindowThatNobodyUnderstandsIsRefused) {
  EXPECT_EQ(problem_with(R"({"selector":{},"windows":[{"from":"9:00"}]})"),
            "spec.windows[0].from: expected a time of day such as 09:00");
  EXPECT_EQ(problem_with(R"({"selector":{},"windows":[{"from":"24:00"}]})"),
            "spec.windows[0].from: expected a time before 24:00");
  EXPECT_EQ(problem_with(R"({"selector":{},"windows":[{"days":["Mon","Day"]}]})"),
            "spec.windows[0].days: expected days as Mon, Tue, Wed, Thu, Fri, Sat and Sun");
}

TEST(TimeOfDay, IsReadFromMidnightToMidnight) {
  EXPECT_EQ(parse_time_of_day("00:00"), minutes(0));
  EXPECT_EQ(parse_time_of_day("09:05"), minutes(545));
  EXPECT_EQ(parse_time_of_day("23:59"), minutes(1439));
  EXPECT_EQ(parse_time_of_day("24:00"), minutes(1440));
  for (const char* bad :
       {"", "9:00", "24:01", "12:60", "25:00", "12-00", "1200", "12:0a", "-1:00", "12:00:00", " 1:00"}) {
    EXPECT_EQ(parse_time_of_day(bad), std::nullopt) << bad;
  }
}

TEST(Duration, IsReadAsTheGatewayApiDoes) {  // GEP-2257
  EXPECT_EQ(parse_duration("30s"), std::chrono::seconds(30));
  EXPECT_EQ(parse_duration("1h30m"), minutes(90));
  EXPECT_EQ(parse_duration("1h2m3s4ms"), milliseconds(3'723'004));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
  EXPECT_EQ(parse_duration("99999h"), std::chrono::hours(99999));
  for (const char* bad : {"", "s", "10", "10 m", "-1s", "+1s", "1d", "1.5h", "123456s", "1s1s1s1s1s", "10m ", "1M"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

}  // namespace
}  // namespace everynode::objects
