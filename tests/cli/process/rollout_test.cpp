// `everynode rollout` against an API server that answers as a test says: what is asked, what is written, what is said.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "fake_api_server.hpp"
#include "process.hpp"

namespace everynode {
namespace {

using support::ApiAnswer;
using support::ApiRequest;
using support::FakeApiServer;

constexpr std::string_view old_data =
    R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c1"}]}}}})";
constexpr std::string_view new_data =
    R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c2"}]}}}})";

std::string list_of(const std::string& items) {
  return R"({"metadata":{"resourceVersion":"10"},"items":[)" + items + "]}";
}

std::string revision(const std::string& name, int number, std::string_view data) {
  return R"({"metadata":{"namespace":"home","name":")" + name + R"(","uid":")" + name +
         R"(","resourceVersion":"3","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"agent",
            "controller-revision-hash":"h"},"annotations":{"kubernetes.io/change-cause":"because"},
            "ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"ds","controller":true}]},"revision":)" +
         std::to_string(number) + R"(,"data":)" + std::string(data) + "}";
}

const std::string daemon_set_path = "/apis/apps/v1/namespaces/home/daemonsets/agent";
const std::string revisions_path = "/apis/apps/v1/namespaces/home/controllerrevisions";
const std::string policies_path = "/apis/everynode.dev/v1alpha1/namespaces/home/rolloutpolicies";

/// DaemonSet home/agent with two revisions, and a policy whose wave canary is on hold.
struct Answers {
  std::map<std::string, ApiAnswer> gets{
      {daemon_set_path, {.body = R"({"metadata":{"namespace":"home","name":"agent","uid":"ds","resourceVersion":"5",
          "generation":1,"labels":{"app":"agent"}},"spec":{"selector":{"matchLabels":{"app":"agent"}},"template":{
          "metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c2"}]}}},"status":{}})"}},
      {revisions_path, {.body = list_of(revision("agent-1", 1, old_data) + "," + revision("agent-2", 2, new_data))}},
      {policies_path, {.body = list_of(policy("7"))}},
  };
  std::function<ApiAnswer(const ApiRequest&)> patched = [](const ApiRequest&) { return ApiAnswer{.body = "{}"}; };

  static std::string policy(const std::string& version, const std::string& more = "") {
    return R"({"metadata":{"namespace":"home","name":"network","uid":"p","resourceVersion":")" + version +
           R"(","generation":1},"spec":{"selector":{},"waves":[{"name":"canary","count":1,"hold":true}]},
              "status":{"observedGeneration":1,"daemonSets":[{"name":"agent","revision":"agent-2","phase":"Held",
              "wave":"canary")" +
           more + "}]}}";
  }

  ApiAnswer operator()(const ApiRequest& request) const {
    if (request.method == "PATCH") return patched(request);
    if (request.target.contains("watch=1")) {
      return {.stream = [](support::ApiStream& silent) { silent.wait(std::chrono::minutes(1)); }};
    }
    const auto found = gets.find(request.target.substr(0, request.target.find('?')));
    return found == gets.end() ? ApiAnswer{.status = 404} : found->second;
  }
};

class Rollout : public ::testing::Test {
 protected:
  /// Exit code and all that it printed.
  std::string run(const std::string& words) { return run_verb("rollout " + words); }
  std::string run_verb(const std::string& words) {
    server_ = std::make_unique<FakeApiServer>([this](const ApiRequest& request) { return answers_(request); });
    const auto kubeconfig = support::fresh_name("kubeconfig");
    std::ofstream(kubeconfig) << R"({"current-context": "c", "clusters": [{"name": "k", "cluster": {"server":)"
                              << "\"http://127.0.0.1:" << server_->port() << "\"}}],"
                              << R"("contexts": [{"name": "c", "context": {"cluster": "k", "namespace": "home"}}]})";
    FILE* const pipe = popen(
        (EVERYNODE_BINARY " " + words + " --kubeconfig " + kubeconfig.string() + " 2>&1 < /dev/null").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
    const int status = pclose(pipe);
    std::filesystem::remove(kubeconfig);
    requests_ = server_->requests();
    server_.reset();  // its threads have read the answers, which a test may change now
    return std::to_string(WEXITSTATUS(status)) + " " + out;
  }

  /// Of the last run.
  [[nodiscard]] std::vector<ApiRequest> writes() const {
    std::vector<ApiRequest> writes;
    std::ranges::copy_if(requests_, std::back_inserter(writes),
                         [](const ApiRequest& one) { return one.method != "GET"; });
    return writes;
  }

  Answers answers_;
  std::unique_ptr<FakeApiServer> server_;
  std::vector<ApiRequest> requests_;
};

TEST_F(Rollout, UndoSendsTheRevisionByteForByte) {
  EXPECT_EQ(run("undo ds/agent"), "0 daemonset.apps/agent rolled back\n");
  ASSERT_EQ(writes().size(), 1U);
  const ApiRequest write = writes().front();
  EXPECT_EQ(write.target, daemon_set_path);
  EXPECT_EQ(write.headers.at("content-type"), "application/strategic-merge-patch+json");
  EXPECT_EQ(write.body, R"({"metadata":{"resourceVersion":"5"},)" + std::string(old_data.substr(1)))
      << "for the DaemonSet that was read, else byte for byte";
}

TEST_F(Rollout, UndoIsOnlyTriedWithADryRun) {
  EXPECT_EQ(run("undo ds/agent --to-revision=1 --dry-run=server"),
            "0 daemonset.apps/agent rolled back (server dry run)\n");
  EXPECT_EQ(writes().front().target, daemon_set_path + "?dryRun=All");
}

TEST_F(Rollout, UndoIsRefusedWhereThereIsNothingToUndo) {
  EXPECT_EQ(run("undo ds/agent --to-revision 2"),
            "0 daemonset.apps/agent skipped rollback (current template already matches revision 2)\n");
  EXPECT_EQ(run("undo ds/agent --to-revision 9"),
            "1 everynode rollout undo: unable to find specified revision 9 in history\n");
  answers_.gets[revisions_path].body = list_of(revision("agent-2", 2, new_data));
  EXPECT_EQ(run("undo ds/agent"), "1 everynode rollout undo: no last revision to roll back to\n");
  EXPECT_TRUE(writes().empty());
}

TEST_F(Rollout, UndoWarnsOfARevisionThatWasRolledBack) {
  answers_.gets[policies_path].body =
      list_of(Answers::policy("7", R"(,"failedRevisions":[{"revision":"agent-1","generation":1,"message":"m"}])"));
  EXPECT_EQ(run("undo ds/agent"),
            "0 Warning: agent-1 was rolled back before, so nothing moves until everynode rollout retry ds/agent -n "
            "home\ndaemonset.apps/agent rolled back\n");
}

TEST_F(Rollout, PauseAndResumeSetTheFieldOfThePolicy) {
  EXPECT_EQ(run("pause ds/agent"), "0 rolloutpolicy.everynode.dev/network paused\n");
  ASSERT_EQ(writes().size(), 1U);
  EXPECT_EQ(writes().front().target, policies_path + "/network");
  EXPECT_EQ(writes().front().body, R"({"spec":{"paused":true}})");
  EXPECT_EQ(run("resume ds agent"), "1 everynode rollout resume: RolloutPolicy home/network is not paused\n");
}

TEST_F(Rollout, PromoteWritesTheStatusAndReadsAgainIfSomebodyWasFaster) {
  answers_.patched = [this, asked = 0](const ApiRequest& request) mutable -> ApiAnswer {
    if (++asked > 1) return {.body = "{}"};
    EXPECT_TRUE(request.body.contains(R"("resourceVersion":"7")")) << request.body;
    answers_.gets[policies_path].body = list_of(Answers::policy("8"));
    return {.status = 409, .body = R"({"kind":"Status","reason":"Conflict","message":"changed"})"};
  };
  EXPECT_EQ(run("promote ds/agent"), "0 daemonset.apps/agent wave canary promoted for agent-2\n");
  ASSERT_EQ(writes().size(), 2U);
  EXPECT_EQ(writes()[1].target, policies_path + "/network/status");
  EXPECT_TRUE(writes()[1].body.contains(R"("resourceVersion":"8")")) << writes()[1].body;
  EXPECT_TRUE(writes()[1].body.contains(R"("promoted":[{"daemonSet":"agent","wave":"canary","revision":"agent-2"}])"));
}

TEST_F(Rollout, ConflictsThatDoNotEndAreToldInTheEnd) {
  answers_.patched = [](const ApiRequest&) {
    return ApiAnswer{.status = 409, .body = R"({"kind":"Status","reason":"Conflict","message":"changed"})"};
  };
  const std::string said = run("promote ds/agent");
  EXPECT_TRUE(said.starts_with("1 everynode rollout promote: cannot patch everynode.dev/rolloutpolicies/status"))
      << said;
  EXPECT_EQ(writes().size(), 5U);
}

TEST_F(Rollout, RetryTakesTheRevisionOffTheList) {
  EXPECT_EQ(
      run("retry ds/agent"),
      "1 everynode rollout retry: nothing to retry: agent-2, the current revision of agent, was not rolled back\n");
  answers_.gets[policies_path].body =
      list_of(Answers::policy("7", R"(,"failedRevisions":[{"revision":"agent-2","generation":1,"message":"m"}])"));
  EXPECT_EQ(run("retry ds/agent"), "0 daemonset.apps/agent revision agent-2 is rolled out again\n");
  EXPECT_FALSE(writes().front().body.contains("failedRevisions\":[{")) << writes().front().body;
}

TEST_F(Rollout, ARefusalNamesTheRuleThatTheRoleLacks) {
  answers_.patched = [](const ApiRequest&) {
    return ApiAnswer{.status = 403,
                     .body = R"({"kind":"Status","reason":"Forbidden","message":"User u cannot patch resource"})"};
  };
  EXPECT_EQ(run("promote ds/agent"),
            "1 everynode rollout promote: cannot patch everynode.dev/rolloutpolicies/status (PATCH " + policies_path +
                "/network/status): 403 Forbidden: User u cannot patch resource; add to the role: {apiGroups: "
                "[\"everynode.dev\"], resources: [\"rolloutpolicies/status\"], verbs: [\"patch\"]}\n");
  answers_.gets[policies_path] = {
      .status = 403, .body = R"({"kind":"Status","reason":"Forbidden","message":"User u cannot list resource"})"};
  EXPECT_TRUE(
      run("pause ds/agent").starts_with("2 everynode rollout pause: cannot list everynode.dev/rolloutpolicies"));
  EXPECT_EQ(run("undo ds/agent").substr(0, 1), "1") << "undo needs no policies, and is refused only at the end";
}

TEST_F(Rollout, WithoutAPolicySaysWhatToDo) {
  answers_.gets[policies_path].body = list_of("");
  EXPECT_EQ(run("pause ds/agent"),
            "1 everynode rollout pause: no RolloutPolicy of namespace home selects DaemonSet agent: create one whose "
            "spec.selector does; it has the labels app=agent\n");
  answers_.gets.erase(policies_path);
  EXPECT_TRUE(
      run("promote ds/agent").starts_with("1 everynode rollout promote: this cluster has no RolloutPolicies: "));
  EXPECT_TRUE(run("pause ds/nobody").starts_with("2 everynode rollout pause: "));
}

const std::string not_served = "RolloutPolicy network does not serve agent: NotServed: set OnDelete";

TEST_F(Rollout, PromoteAndPauseSayWhyThePolicyDoesNotServeIt) {
  answers_.gets[policies_path].body = list_of(
      R"({"metadata":{"namespace":"home","name":"network","uid":"p","resourceVersion":"7","generation":1},"spec":{
          "selector":{},"waves":[{"name":"canary","count":1,"hold":true}]},"status":{"observedGeneration":1,
          "conditions":[{"type":"Accepted","status":"False","reason":"NotServed","message":"set OnDelete"}]}})");
  for (const std::string words : {"promote ds/agent", "promote ds/agent --wave canary", "retry ds/agent"}) {
    EXPECT_EQ(run(words), "1 everynode rollout " + words.substr(0, words.find(' ')) + ": " + not_served + "\n");
    EXPECT_TRUE(writes().empty());
  }
  EXPECT_EQ(run("pause ds/agent"), "0 Warning: " + not_served + "\nrolloutpolicy.everynode.dev/network paused\n")
      << "it may serve others, which this stops";
}

TEST_F(Rollout, WhoMayNotReadPoliciesIsToldWhatIsNotKnown) {
  answers_.gets[policies_path] = {
      .status = 403, .body = R"({"kind":"Status","reason":"Forbidden","message":"User u cannot list resource"})"};
  const std::string daemon_set = answers_.gets[daemon_set_path].body;
  answers_.gets["/apis/apps/v1/namespaces/home/daemonsets"].body = list_of(daemon_set);
  for (const std::string path : {"/api/v1/nodes", "/api/v1/namespaces/home/pods", "/api/v1/namespaces/home/events"}) {
    answers_.gets[path].body = list_of("");
  }
  const std::string status = run("status ds/agent --watch=false");
  EXPECT_TRUE(
      status.starts_with("0 everynode rollout status: whether a policy holds the rollout up, or it has failed, "
                         "is not known: cannot list everynode.dev/rolloutpolicies"))
      << status;
  EXPECT_TRUE(status.contains("add to the role") && status.contains("\nWaiting for daemon set spec update")) << status;
  const std::string not_known =
      "whether a policy holds a rollout up, or it has failed, is not known: cannot list everynode.dev/rolloutpolicies";
  const std::string watched = run("watch ds/agent --timeout 1");
  EXPECT_TRUE(watched.starts_with("1 everynode rollout watch: " + not_known)) << watched;
  const std::string explained = run_verb("explain ds/agent");
  EXPECT_TRUE(explained.starts_with("0 everynode explain: " + not_known)) << explained;
  const std::string history = run("history ds/agent");
  EXPECT_TRUE(
      history.starts_with("0 everynode rollout history: which revisions failed, and which was complete last, is "
                          "not known: cannot list everynode.dev/rolloutpolicies"))
      << history;
  EXPECT_TRUE(history.contains("\n2         current  because\n")) << history;
}

TEST_F(Rollout, HistoryShowsWhatThereIs) {
  EXPECT_EQ(run("history ds/agent"),
            "0 daemonset.apps/agent\n"
            "REVISION  STATE    CHANGE-CAUSE\n"
            "1         -        because\n"
            "2         current  because\n");
  EXPECT_TRUE(run("history ds/agent --revision 1").contains("Pod Template:\nmetadata:\n")) << "YAML";
  EXPECT_EQ(run("history ds/agent --revision=7"),
            "1 everynode rollout history: unable to find the specified revision\n");
  EXPECT_TRUE(run("history ds/agent -o=json").contains("\"current\": true"));
  EXPECT_TRUE(run("history ds/nobody").starts_with("2 everynode rollout history: "));
  EXPECT_TRUE(writes().empty());
}

}  // namespace
}  // namespace everynode
