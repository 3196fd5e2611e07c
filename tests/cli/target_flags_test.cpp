// How `everynode explain` and `everynode rollout watch` read their words; with the reason and exit code 2 where they
// cannot go on. They ask no cluster: the kubeconfig is empty.
#include <gtest/gtest.h>

#include <algorithm>

#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

using Words = std::vector<std::string>;

const std::string usable = "current-context";  // the refusal of an empty kubeconfig: everything before it was right

std::string outcome_of_targets(Words words, const std::string& program = "everynode") {
  words.insert(words.begin(), program);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  const std::string out = testing::internal::GetCapturedStdout();
  return std::to_string(code) + " " + testing::internal::GetCapturedStderr() + out;
}

/// Checks both verbs.
void expect(const Words& words, const std::string& why) {
  for (Words all : {Words{"explain", "--kubeconfig=/dev/null"}, Words{"rollout", "watch", "--kubeconfig=/dev/null"}}) {
    all.insert(all.end(), words.begin(), words.end());
    const std::string said = outcome_of_targets(all);
    EXPECT_TRUE(said.starts_with("2 everynode: ") && said.contains(why)) << said;
    EXPECT_EQ(std::ranges::count(said, '\n'), 1) << said;
  }
}

TEST(TargetFlags, TakeTheTypeInEveryForm) {
  for (const std::string type :
       {"ds", "daemonset", "daemonsets", "daemonset.apps", "daemonsets.v1.apps", "DaemonSet"}) {
    expect({type + "/agent"}, usable);
    expect({type, "agent"}, usable);
    expect({type, "-n", "kube-system", "agent"}, usable);
  }
}

TEST(TargetFlags, TakeADaemonSetThatIsCalledLikeAVerb) {
  for (const std::string name : {"explain", "watch", "rollout", "version", "probe"}) {
    expect({"ds", name}, usable);
    expect({"ds/" + name}, usable);
  }
}

TEST(TargetFlags, TakeKubectlsFlagsBeforeAndBehind) {
  const Words flags{"--context=c", "--cluster", "k", "--user=u", "--namespace=n"};
  Words behind{"ds/agent"};
  behind.insert(behind.end(), flags.begin(), flags.end());
  Words before = flags;
  before.emplace_back("ds/agent");
  expect(before, "context");
  expect(behind, "context");
}

TEST(TargetFlags, RefuseWhatNamesNoDaemonSet) {
  expect({}, "TYPE/NAME is required");
  expect({"ds"}, "'ds' has no name behind it");
  expect({"ds/"}, "no name behind the slash");
  expect({"ds", ""}, "TYPE/NAME: needs a value");
  expect({"ds/a", "b"}, "'b' is too much behind 'ds/a'");
  expect({"deploy/a"}, "type 'deploy' is not known here");
  expect({"ds/\x1b[2J"}, "is no name of a DaemonSet");
}

TEST(TargetFlags, RefuseWhatIsNoNamespace) {
  for (const std::string bad : {"a/b", "A", "a.b", "..", "a b"}) {
    expect({"ds/a", "-n", bad}, "--namespace: '" + bad + "' is no name of a namespace");
  }
}

TEST(TargetFlags, TakeATypeAloneForAllNamespaces) {
  const auto explained = [](Words words) {
    words.insert(words.begin(), {"explain", "--kubeconfig=/dev/null"});
    return outcome_of_targets(words);
  };
  EXPECT_TRUE(explained({"ds", "-A"}).contains(usable));
  EXPECT_TRUE(explained({"--all-namespaces", "daemonsets", "-w", "-o", "wide"}).contains(usable));
  EXPECT_TRUE(explained({"ds/a", "-A"}).starts_with("2 everynode: 'ds/a' names one DaemonSet"));
  EXPECT_TRUE(explained({"ds", "-A", "--node", "n"}).starts_with("2 everynode: --node and --try are about one"));
  EXPECT_TRUE(explained({"ds", "-A", "--try"}).starts_with("2 everynode: --node and --try are about one"));
  EXPECT_TRUE(explained({"-A"}).contains("TYPE/NAME is required"));
  EXPECT_TRUE(explained({"ds/a", "-o", "name"}).contains("is none of 'json', 'text', 'wide', 'yaml'"));
}

TEST(Verbs, ThatDoNotExistAreRefusedWithThoseThatDo) {
  const std::string verbs = "status, watch, history, pause, resume, promote, undo, retry";
  EXPECT_EQ(outcome_of_targets({"rollout", "restart", "ds/a"}),
            "2 everynode: 'restart' is no verb of everynode rollout, which has " + verbs + "; see --help\n");
  EXPECT_EQ(outcome_of_targets({"rollout"}),
            "2 everynode: everynode rollout needs a verb: " + verbs + "; see --help\n");
  EXPECT_TRUE(outcome_of_targets({}).starts_with("2 everynode: everynode needs a verb: webhook, reconciler, "));
  EXPECT_TRUE(
      outcome_of_targets({"explan"}).starts_with("2 everynode: 'explan' is no verb of everynode, which has webhook, "));
}

TEST(RolloutVerbs, RefuseWhatKubectlRefuses) {
  const auto refused = [](const Words& words) { return outcome_of_targets(words).starts_with("2 everynode: "); };
  EXPECT_TRUE(refused({"rollout", "status", "ds/a", "--timeout=soon"}));
  EXPECT_TRUE(refused({"rollout", "status", "ds/a", "--revision=-1"}));
  EXPECT_TRUE(refused({"rollout", "undo", "ds/a", "--to-revision=x"}));
  EXPECT_TRUE(refused({"rollout", "undo", "ds/a", "--dry-run=client"}));
  EXPECT_TRUE(refused({"rollout", "pause", "deployment/a"}));
}

TEST(RolloutVerbs, SayWhichFlagLacksItsValueNotWhichWordIsTooMuch) {
  EXPECT_EQ(outcome_of_targets({"rollout", "undo", "ds/agent", "--dry-run", "-n", "ks"}),
            "2 everynode: --dry-run: needs a value, and '-n' looks like a flag; see --help\n");
  EXPECT_TRUE(outcome_of_targets({"rollout", "undo", "ds/agent", "ks"}).contains("'ks' is too much behind 'ds/agent'"));
}

TEST(RolloutVerbs, TakeTheDurationsOfGo) {
  const auto status = [](const std::string& timeout) {
    return outcome_of_targets({"rollout", "status", "ds/a", "--kubeconfig=/dev/null", "--timeout", timeout});
  };
  for (const std::string good : {"1.5s", ".5s", "1.s", "1h1.5m", "100us", "5\u00b5s", "7ns", "600", "1h30m", "0"}) {
    EXPECT_TRUE(status(good).contains(usable)) << good << ": " << status(good);
  }
  for (const std::string bad : {"1.5", ".s", "s", "1e3s", "infs", "1 s", "1s ", "1d", "1s-1s", "9999999h"}) {
    EXPECT_TRUE(status(bad).starts_with("2 everynode: --timeout: '" + bad + "' is no duration such as")) << status(bad);
  }
  for (const std::string negative : {"-1s", "-1", "-1.5m"}) {
    EXPECT_EQ(status(negative), "2 everynode: --timeout: '" + negative + "' is negative; see --help\n");
  }
}

TEST(RolloutVerbs, RefuseANegativeRevisionAsWhatItIs) {
  EXPECT_TRUE(outcome_of_targets({"rollout", "undo", "ds/a", "--to-revision=-1"})
                  .starts_with("2 everynode: --to-revision: '-1' is no number from 0 to "));
}

TEST(ProgramName, IsThatOfTheKubectlPlugin) {
  for (const std::string program : {"kubectl-everynode", "/usr/bin/kubectl-everynode", "./kubectl-everynode"}) {
    EXPECT_TRUE(outcome_of_targets({"explain"}, program).starts_with("2 kubectl everynode: ")) << program;
    EXPECT_TRUE(outcome_of_targets({"explain", "ds/a", "--kubeconfig=/dev/null"}, program)
                    .starts_with("2 kubectl everynode: "));
    for (const std::string verb : {"status", "history", "pause", "resume", "promote", "undo", "retry"}) {
      const std::string said = outcome_of_targets({"rollout", verb, "ds/a", "--kubeconfig=/dev/null"}, program);
      EXPECT_TRUE(said.starts_with("2 kubectl everynode: ")) << said;
      EXPECT_TRUE(outcome_of_targets({"rollout", verb, "ds/a", "--help"}, program)
                      .contains("kubectl everynode rollout " + verb));
    }
    EXPECT_TRUE(outcome_of_targets({"explain", "--help"}, program).contains("Usage: kubectl everynode explain "))
        << program;
    EXPECT_TRUE(outcome_of_targets({"--help"}, program).contains("Usage: kubectl everynode ")) << program;
  }
  for (const std::string program : {"everynode", "build/everynode", "kubectl-everynode/everynode", "x"}) {
    EXPECT_TRUE(outcome_of_targets({"explain"}, program).starts_with("2 everynode: ")) << program;
    EXPECT_TRUE(outcome_of_targets({"explain", "--help"}, program).contains("Usage: everynode explain ")) << program;
  }
}

}  // namespace
}  // namespace everynode::cli
