// An inspector and a fake API server: what it asks for, what it makes of the answers, and what it waits out.
#include "everynode/inspection/inspector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>

#include "process.hpp"
#include "two_node_cluster.hpp"

namespace everynode::inspection {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

class InspectorTest : public ::testing::Test {
 protected:
  ~InspectorTest() override { std::filesystem::remove(kubeconfig_); }

  const FakeApiServer& serve() {
    server_ = std::make_unique<FakeApiServer>([this](const ApiRequest& request) { return cluster_.answer(request); });
    std::ofstream(kubeconfig_) << R"({"current-context":"c","clusters":[{"name":"k","cluster":{"server":)"
                               << "\"http://127.0.0.1:" << server_->port() << "\"}}],"
                               << R"("contexts":[{"name":"c","context":{"cluster":"k","namespace":"home"}}]})";
    return *server_;
  }

  [[nodiscard]] Target target() const {
    return {.kubeconfig = kubeconfig_, .overrides = {}, .namespace_ = {}, .name = "agent"};
  }

  /// Far away: no test waits for it if all is well.
  static Inspector::Deadline late() { return steady_clock::now() + seconds(120); }

  [[nodiscard]] bool asked_for(std::string_view what) const {
    return std::ranges::any_of(server_->requests(),
                               [&](const ApiRequest& request) { return request.target.contains(what); });
  }

  Cluster cluster_;
  std::filesystem::path kubeconfig_ = support::fresh_name("kubeconfig");
  std::unique_ptr<FakeApiServer> server_;
};

std::string states(const Inspection& inspection) {
  std::string text;
  for (const auto& one : inspection.report.nodes) text += one.node + " " + std::string(name_of(one.state)) + "; ";
  return text;
}

TEST_F(InspectorTest, AsksForWhatBelongsToTheDaemonSetOnlyAndOnce) {
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(states(*seen), "n1 starting; n2 missing; ");
  EXPECT_TRUE(asked_for("/daemonsets?limit=500&fieldSelector=metadata.name%3Dagent"));
  EXPECT_TRUE(asked_for("/namespaces/home/pods?limit=500&labelSelector=app%20in%20%28agent%29"));
  EXPECT_TRUE(asked_for("/controllerrevisions?limit=500&labelSelector=app%20in%20%28agent%29"));
  EXPECT_TRUE(asked_for("/events?limit=500&fieldSelector=involvedObject.uid%3Dds%2Creason%3DFailedCreate"));
  EXPECT_FALSE(asked_for("watch=1")) << "who looks once needs no right to watch";
  EXPECT_TRUE(asked_for("/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies?limit=500"));
  EXPECT_TRUE(asked_for("/apis/everynode.dev/v1alpha1/namespaces/home/daemonsetoverlays?limit=500"));
  EXPECT_EQ(server_->requests().size(), 7U);
  for (const ApiRequest& request : server_->requests()) EXPECT_EQ(request.headers.at("accept-encoding"), "gzip");
}

TEST_F(InspectorTest, FollowsWhatChangesWithoutAskingAgain) {
  std::atomic<bool> created = false;
  cluster_.streams["/api/v1/namespaces/home/pods"] = [&](ApiStream& stream) {
    while (!created && stream.wait(std::chrono::milliseconds(5))) {
    }
    std::string event = R"({"type":"ADDED","object":)" + pod_json("p2", "n2", "11") + "}";
    std::erase(event, '\n');
    stream.write(event + "\n");
    stream.wait(std::chrono::minutes(1));
  };
  serve();
  Inspector inspector(target(), Mode::follow);
  auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(states(*seen), "n1 starting; n2 missing; ");
  created = true;
  seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(states(*seen), "n1 starting; n2 starting; ");
  const auto lists = std::ranges::count_if(
      server_->requests(), [](const ApiRequest& request) { return !request.target.contains("watch=1"); });
  EXPECT_EQ(lists, 7);
}

TEST_F(InspectorTest, TellsAtTheDeadlineWhatTimeAloneMayHaveChanged) {
  serve();
  Inspector inspector(target(), Mode::follow);
  ASSERT_TRUE(inspector.inspect(late()));
  EXPECT_TRUE(inspector.inspect(steady_clock::now() + std::chrono::milliseconds(50)));
}

constexpr std::string_view policies = "/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies";

std::string policy(const std::string& name, const std::string& created, const std::string& status) {
  return R"({"metadata":{"namespace":"home","name":")" + name + R"(","uid":")" + name +
         R"(","resourceVersion":"4","generation":1,"creationTimestamp":")" + created +
         R"("},"spec":{"selector":{}},"status":)" + status + "}";
}

TEST_F(InspectorTest, ShowsTheRolloutByTheOldestPolicyAndWhoStandsBehindIt) {
  const std::string status = R"({"observedGeneration":1,"daemonSets":[{"name":"agent"}]})";
  cluster_.lists[std::string(policies)] =
      list_of(policy("newer", "2026-01-02T00:00:00Z", status) + "," + policy("older", "2026-01-01T00:00:00Z", status));
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  ASSERT_TRUE(seen->policy);
  EXPECT_EQ(seen->policy->name, "older");
  EXPECT_EQ(seen->policy->rivals, std::vector<std::string>{"newer"});
  EXPECT_EQ(seen->policy->rollout.phase, "Rolling") << "derived from the nodes";
  EXPECT_EQ(seen->policy->rollout.desired, 2);
}

TEST_F(InspectorTest, SaysWhyThePolicyDoesNotServeIt) {
  const std::string status = R"({"observedGeneration":1,"conditions":[{"type":"Accepted","status":"False",
      "reason":"NotServed","message":"set OnDelete"}]})";
  cluster_.lists[std::string(policies)] = list_of(policy("network", "2026-01-01T00:00:00Z", status));
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  ASSERT_TRUE(seen->policy);
  EXPECT_EQ(seen->policy->refused, "NotServed: set OnDelete");
}

TEST_F(InspectorTest, TakesTheWordOfThePolicyWhereItMaySeeNoNodes) {
  cluster_.refused = {{"/api/v1/nodes", 403}};
  cluster_.lists["/apis/apps/v1/namespaces/home/controllerrevisions"] = list_of(
      R"({"metadata":{"namespace":"home","name":"agent-1","uid":"r","resourceVersion":"3","labels":{"app":"agent",
          "controller-revision-hash":"1"},"ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"ds",
          "controller":true}]},"revision":1,"data":{"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c"}]}}}}})");
  cluster_.lists[std::string(policies)] = list_of(policy(
      "network", "2026-01-01T00:00:00Z",
      R"({"observedGeneration":1,"daemonSets":[{"name":"agent","revision":"agent-1","phase":"Held","wave":"canary"}]})"));
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  ASSERT_TRUE(seen->policy);
  EXPECT_EQ(seen->policy->rollout.phase, "Held");
  EXPECT_TRUE(seen->policy->waves.empty());
}

TEST_F(InspectorTest, GoesWithoutPoliciesThatItMayNotSee) {
  cluster_.refused = {{std::string(policies), 403}};
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_FALSE(seen->policy);
  EXPECT_TRUE(seen->unseen_policies.contains("cannot list everynode.dev/rolloutpolicies")) << seen->unseen_policies;
}

TEST_F(InspectorTest, GoesWithoutWhatItMayNotSee) {
  cluster_.refused = {{"/api/v1/nodes", 403}, {"/api/v1/namespaces/home/events", 403}};
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(states(*seen), "n1 starting; ");
  EXPECT_TRUE(seen->unseen_nodes.contains("add to the role")) << seen->unseen_nodes;
  EXPECT_TRUE(seen->unseen_events.contains("cannot list events")) << seen->unseen_events;
}

TEST_F(InspectorTest, SeesWhatItMayNotSeeOnceARoleLetsIt) {
  cluster_.refused = {{"/api/v1/nodes", 403}, {std::string(policies), 403}};
  cluster_.lists[std::string(policies)] = list_of(policy("network", "2026-01-01T00:00:00Z", "{}"));
  serve();
  Inspector inspector(target(), Mode::follow);
  const auto end = late();
  auto seen = inspector.inspect(end);
  ASSERT_TRUE(seen && !seen->unseen_nodes.empty() && !seen->unseen_policies.empty());
  cluster_.refuses = false;
  while (seen && (!seen->unseen_nodes.empty() || !seen->policy) && steady_clock::now() < *end)
    seen = inspector.inspect(end);
  EXPECT_TRUE(seen && seen->policy && states(*seen) == "n1 starting; n2 missing; ");
}

/// The API server reads roles as others do, so it refuses everybody for a moment when it begins.
TEST_F(InspectorTest, GoesOnAfterAnApiServerThatBeginsHasRefusedWhatItLetUsSee) {
  std::atomic<bool> begins = false;
  std::atomic<bool> refused = false;
  cluster_.streams["/api/v1/nodes"] = [&](ApiStream& stream) {
    while (!begins && stream.wait(std::chrono::milliseconds(5))) {
    }
    if (refused) stream.write(R"({"type":"ADDED","object":)" + node_json("n3") + "}\n");
    if (refused) stream.wait(std::chrono::minutes(1));
  };
  cluster_.watched = [&](const std::string& path) {
    return begins && path == "/api/v1/nodes" && !refused.exchange(true) ? 403U : 200U;
  };
  serve();
  Inspector inspector(target(), Mode::follow);
  const auto end = late();
  auto seen = inspector.inspect(end);
  begins = true;
  while ((!seen || seen->report.nodes.size() < 3) && steady_clock::now() < *end) {
    seen = inspector.inspect(end);
    EXPECT_TRUE(seen || seen.error().chance != Chance::never) << seen.error().why;
  }
  EXPECT_TRUE(seen && states(*seen) == "n1 starting; n2 missing; n3 missing; ");
}

TEST_F(InspectorTest, SaysWhatItNeedsAndMayNotSee) {
  cluster_.refused = {{"/api/v1/namespaces/home/pods", 403}};
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().chance, Chance::never);
  EXPECT_TRUE(seen.error().why.starts_with("cannot list pods")) << seen.error().why;
}

TEST_F(InspectorTest, SaysThatThereIsNoSuchDaemonSet) {
  cluster_.lists["/apis/apps/v1/namespaces/home/daemonsets"] = list_of("");
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_FALSE(seen);
  EXPECT_EQ(seen.error().why, "DaemonSet home/agent: NotFound: daemonsets.apps \"agent\" not found");
  EXPECT_EQ(seen.error().chance, Chance::never);
}

TEST_F(InspectorTest, DoesNotTakeAnotherOneOfTheSameNameForIt) {
  cluster_.streams["/apis/apps/v1/namespaces/home/daemonsets"] = [](ApiStream& stream) {
    std::string events = R"({"type":"DELETED","object":)" + daemon_set() + "}#" + R"({"type":"ADDED","object":)" +
                         daemon_set("other") + "}#";
    std::erase(events, '\n');
    std::ranges::replace(events, '#', '\n');
    stream.write(events);
    stream.wait(std::chrono::minutes(1));
  };
  serve();
  Inspector inspector(target(), Mode::follow);
  auto seen = inspector.inspect(late());
  while (seen) seen = inspector.inspect(late());
  EXPECT_TRUE(seen.error().why.contains("NotFound")) << seen.error().why;
}

TEST_F(InspectorTest, TellsOfAFailureAndOfItsEnd) {
  std::atomic<int> watches = 0;
  cluster_.streams["/api/v1/nodes"] = [&](ApiStream& stream) {
    if (watches++ == 0) return stream.drop();
    stream.wait(std::chrono::minutes(1));
  };
  serve();
  Inspector inspector(target(), Mode::follow);
  auto seen = inspector.inspect(late());
  while (seen) seen = inspector.inspect(late());
  EXPECT_NE(seen.error().chance, Chance::never) << seen.error().why;
  while (!seen) seen = inspector.inspect(late());
  EXPECT_EQ(states(*seen), "n1 starting; n2 missing; ");
}

TEST_F(InspectorTest, ARefusalOfAQuietWatchIsOverOnceTheWatchIsAccepted) {
  for (const unsigned status : {429U, 503U}) {
    std::atomic<int> watches = 0;
    cluster_.watched = [&](const std::string& path) {
      return path.ends_with("/controllerrevisions") && watches++ == 0 ? status : 200U;
    };
    serve();
    Inspector inspector(target(), Mode::follow);
    auto seen = inspector.inspect(late());
    while (seen) seen = inspector.inspect(late());
    EXPECT_TRUE(seen.error().why.contains(std::to_string(status))) << seen.error().why;
    const auto soon = steady_clock::now() + seconds(20);  // the fake watches are silent for a minute
    while (!seen && steady_clock::now() < soon) seen = inspector.inspect(soon);
    ASSERT_TRUE(seen) << seen.error().why;
    EXPECT_EQ(states(*seen), "n1 starting; n2 missing; ");
  }
}

const std::string refusals = list_of(
    R"({"metadata":{"namespace":"home","name":"e","uid":"e","resourceVersion":"4"},"involvedObject":{"uid":"ds"},
        "reason":"FailedCreate","message":"Error creating: pods \"agent-x\" is forbidden: no\u001b[2J",
        "lastTimestamp":"2026-01-01T00:00:01Z"})");

TEST_F(InspectorTest, ShowsAPodThatIsRefusedWithTheServersWords) {
  cluster_.lists["/api/v1/namespaces/home/events"] = refusals;
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(seen->report.nodes[1].why, "its pod is refused: forbidden: no\x1b[2J");
  EXPECT_EQ(seen->report.nodes[1].trouble, daemonset::Trouble::not_created);
  ASSERT_TRUE(seen->refusal);
}

TEST_F(InspectorTest, ShowsNoRefusalWhereNobodyTries) {
  cluster_.lists["/api/v1/namespaces/home/events"] = refusals;
  std::string suspended = daemon_set();
  suspended.replace(
      suspended.find(R"("generation")"), 0,
      R"("annotations":{"everynode.dev/suspend":"true"},"managedFields":[{"manager":"everynode","operation":"Update",
                        "subresource":"status","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{}}],)");
  cluster_.lists["/apis/apps/v1/namespaces/home/daemonsets"] = list_of(suspended);
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(seen->report.nodes[1].why, "the DaemonSet is suspended");
  EXPECT_FALSE(seen->refusal);
}

TEST_F(InspectorTest, NamesANodeThatIsNotReady) {
  cluster_.lists["/api/v1/nodes"] = list_of(node_json(
      "n1", R"({"conditions":[{"type":"Ready","status":"Unknown","lastTransitionTime":"2026-01-01T00:00:00Z"}]})"));
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  EXPECT_EQ(seen->report.nodes[0].why, "its node is NotReady since 2026-01-01T00:00:00Z (its kubelet is silent)");
}

TEST_F(InspectorTest, SeesAllNamespaces) {
  std::string other = daemon_set("ds2");
  other.replace(other.find("home"), 4, "away");
  cluster_.lists = {{"/apis/apps/v1/daemonsets", list_of(daemon_set() + "," + other)},
                    {"/api/v1/nodes", list_of(node_json("n1"))},
                    {"/api/v1/pods", list_of(pod_json("p1", "n1", "6"))},
                    {"/apis/apps/v1/controllerrevisions", list_of("")},
                    {"/api/v1/events", list_of("")}};
  serve();
  Target all = target();
  all.all_namespaces = true;
  all.name.clear();
  Inspector inspector(all);
  const auto seen = inspector.inspect_all(late());
  ASSERT_TRUE(seen) << seen.error().why;
  ASSERT_EQ(seen->size(), 2U);
  EXPECT_EQ(seen->at(0).daemon_set.namespace_ + " " + states(seen->at(0)), "away n1 missing; ");
  EXPECT_EQ(seen->at(1).daemon_set.namespace_ + " " + states(seen->at(1)), "home n1 starting; ");
}

TEST_F(InspectorTest, AsksWhatTheServerAndItsWebhooksWouldMakeOfAPod) {
  cluster_.created = [](const ApiRequest& request) {
    EXPECT_EQ(request.target, "/api/v1/namespaces/home/pods?dryRun=All");
    EXPECT_TRUE(request.body.contains(R"("values":["n2"])")) << request.body;
    std::string answered = request.body;
    answered.insert(answered.rfind('}'), R"(,"status":{"phase":"Pending"})");
    answered.insert(answered.find(R"("spec":{)") + 8, R"("priority":7,)");
    return ApiAnswer{.status = 201, .body = answered, .headers = {{"Warning", R"(299 - "a \"word\"")"}}};
  };
  serve();
  Inspector inspector(target());
  const auto seen = inspector.inspect(late());
  ASSERT_TRUE(seen) << seen.error().why;
  const auto trial = inspector.try_pod(*seen, "n2");
  ASSERT_TRUE(trial) << trial.error().why;
  EXPECT_TRUE(trial->taken);
  EXPECT_EQ(trial->changes, std::vector<std::string>{"add /spec/priority 7"});
  EXPECT_EQ(trial->warnings, std::vector<std::string>{"a \"word\""});
}

// --- what an answer to a trial says ---

std::expected<Trial, Failure> judged(unsigned status, std::string_view message) {
  const kube::Request question = kube::as_dry_run(kube::create(kube::pods, "home", "{}"));
  const std::string body = R"({"kind":"Status","reason":"R","message":")" + std::string(message) + R"("})";
  return judge_trial("https://api", {}, nullptr, question,
                     kube::Reply{.status = status, .body = body, .retry_after = {}});
}

TEST(Trial, IsARefusalInTheServersWords) {
  for (const unsigned status : {400U, 403U, 422U, 500U}) {
    const auto trial = judged(status, "no room");
    ASSERT_TRUE(trial) << trial.error().why;
    EXPECT_FALSE(trial->taken);
    EXPECT_EQ(trial->refusal, std::to_string(status) + " R: no room");
  }
}

// --- what overlays are to a pod that is tried ---

overlay::Known overlaid() {
  codec::Document document;
  auto one = overlay::read_overlay(R"({"metadata":{"namespace":"home","name":"big"},"spec":{"daemonSets":{},)"
                                   R"("containers":[{"name":"c","image":"i:2"}]}})",
                                   document);
  if (!one) throw std::runtime_error(one.error().text());
  overlay::Known known;
  known.catalog = overlay::Catalog({std::move(*one)});
  overlay::Node node;
  node.name = "n1";
  known.nodes.put(std::move(node));
  return known;
}

/// A pod as the API server answers with; `annotations` are JSON members.
std::string answered(std::string_view annotations) {
  return R"({"metadata":{"namespace":"home","name":"a-1","uid":"u","annotations":{)" + std::string(annotations) +
         R"(}},"spec":{"containers":[{"name":"c","image":"i:1"}],"affinity":{"nodeAffinity":{)"
         R"("requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[)"
         R"({"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}}})";
}

objects::DaemonSet owner() {
  objects::DaemonSet daemon_set;
  daemon_set.namespace_ = "home";
  daemon_set.pod_template.json = R"({"spec":{"containers":[{"name":"c","image":"i:1"}]}})";
  return daemon_set;
}

TEST(Trial, SaysWhichOverlaysThePodWouldHaveAndWhichItLacks) {
  const overlay::Known known = overlaid();
  const kube::Request question = kube::as_dry_run(kube::create(kube::pods, "home", answered("")));
  const auto tried = [&](std::string_view annotations) {
    const kube::Reply reply{.status = 201, .body = answered(annotations), .retry_after = {}};
    return judge_trial("https://api", owner(), &known, question, reply)->admitted.value();
  };
  const AdmittedState without = tried("");
  EXPECT_EQ(without.difference, "overlay big is not in it");
  EXPECT_FALSE(without.given);
  const AdmittedState with_another = tried(R"("everynode.dev/overlays":"big@x")");
  EXPECT_EQ(with_another.overlays, "big@x");
  EXPECT_EQ(with_another.difference, "overlay big gives something else now");
}

TEST(Trial, SaysWhatOverlaysWantInAPodThatIsRefused) {
  const overlay::Known known = overlaid();
  std::string asked = answered("");
  asked.erase(asked.find(R"("namespace":"home",)"), std::string_view(R"("namespace":"home",)").size());
  const kube::Request question = kube::as_dry_run(kube::create(kube::pods, "home", asked));
  const kube::Reply reply{.status = 403, .body = R"({"kind":"Status","reason":"R","message":"no"})", .retry_after = {}};
  const auto trial = judge_trial("https://api", owner(), &known, question, reply);
  ASSERT_TRUE(trial && trial->admitted);
  EXPECT_EQ(trial->admitted->fields.size(), 1U);
}

TEST(Trial, IsNoneWhereNobodyJudgedThePod) {
  EXPECT_FALSE(judged(403, R"(pods is forbidden: User \"u\" cannot create resource \"pods\" in API group)"));
  EXPECT_FALSE(judged(400, "admission webhook w does not support dry run"));
  EXPECT_FALSE(judged(401, "Unauthorized"));
  EXPECT_FALSE(judged(429, "later"));
  EXPECT_FALSE(judged(503, "unavailable"));
  EXPECT_FALSE(judged(403, ""));
}

}  // namespace
}  // namespace everynode::inspection
