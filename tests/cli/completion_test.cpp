#include "cli/completion.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

std::string printed_by(std::vector<std::string> words) {
  words.insert(words.begin(), "everynode");
  std::vector<char*> arguments;
  arguments.reserve(words.size());
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line(static_cast<int>(arguments.size()), arguments.data()), 0);
  return testing::internal::GetCapturedStdout();
}

/// The program's own bash script in a file, and bash's answers with it.
class BashCompletion : public ::testing::Test {
 protected:
  BashCompletion()
      : folder_(std::filesystem::temp_directory_path() / ("everynode-completion-" + std::to_string(getpid()))) {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ / "script") << printed_by({"completion", "bash"});
    write_program("printf '%s\\n' agent proxy \"$*\"");
  }
  ~BashCompletion() override { std::filesystem::remove_all(folder_); }

  void write_program(const std::string& body) const {
    const auto program = folder_ / "everynode";
    std::ofstream(program) << "#!/bin/sh\n" << body << "\n";
    std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  }

  /// What bash offers for the last of the words, as readline splits them.
  [[nodiscard]] std::string offered(const std::string& words) const {
    return bash("source " + (folder_ / "script").string() + "; COMP_WORDS=(" + (folder_ / "everynode").string() + " " +
                words + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _everynode; echo \"${COMPREPLY[*]}\"");
  }

  [[nodiscard]] std::string bash(const std::string& text) const {
    const auto file = folder_ / "run";
    std::ofstream(file) << text << "\n";
    FILE* const pipe = popen(("bash " + file.string() + " 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe) != nullptr) out += buffer.data();
    EXPECT_EQ(pclose(pipe), 0) << out;
    return out;
  }

  std::filesystem::path folder_;
};

TEST_F(BashCompletion, IsBash) {
  EXPECT_EQ(bash("bash -n " + (folder_ / "script").string()), "");
}

TEST_F(BashCompletion, OffersVerbsAndOptions) {
  EXPECT_EQ(offered("re"), "reconciler\n");
  EXPECT_EQ(offered("rollout ''"), "status watch history pause resume promote undo retry\n");
  EXPECT_EQ(offered("rollout undo --to"), "--to-revision\n");
  EXPECT_EQ(offered("explain --no"), "--node\n");
  EXPECT_EQ(offered("rollout watch --ti"), "--timeout\n");
  EXPECT_EQ(offered("_"), "\n") << "the hidden verb";
}

TEST_F(BashCompletion, OffersTheWordsOfAnOption) {
  EXPECT_EQ(offered("explain -o ''"), "json text wide yaml\n");
  EXPECT_EQ(offered("explain --output = js"), "json\n");
  EXPECT_EQ(offered("decide --output ="), "explain patch pod review\n");
  EXPECT_EQ(offered("completion ''"), "bash fish kubectl zsh\n");
  EXPECT_EQ(offered("explain --node ''"), "\n");
  EXPECT_EQ(offered("rollout undo --dry-run ''"), "none server\n");
}

TEST_F(BashCompletion, OffersNamesOfTheCluster) {
  EXPECT_EQ(offered("explain ds/a"), "ds/agent\n");
  EXPECT_EQ(offered("rollout watch DaemonSet/"), "DaemonSet/agent DaemonSet/proxy DaemonSet/__complete daemonsets\n");
  EXPECT_EQ(offered("explain ds p"), "proxy\n");
  EXPECT_EQ(offered("explain ds/agent ''"), "\n");
  EXPECT_EQ(offered("explain -n p"), "proxy\n");
  for (const std::string verb : {"status", "history", "pause", "resume", "promote", "undo", "retry"}) {
    EXPECT_EQ(offered("rollout " + verb + " ds/a"), "ds/agent\n") << verb;
  }
}

TEST_F(BashCompletion, AsksTheClusterThatTheLineNames) {
  EXPECT_EQ(offered("explain -n kube-system --context = c --all --node n --user u ds _"),
            "__complete daemonsets -n kube-system --context c --user u\n");
}

TEST_F(BashCompletion, AnswersKubectlAsCobraWould) {
  std::filesystem::rename(folder_ / "everynode", folder_ / "kubectl-everynode");
  std::ofstream(folder_ / "kubectl") << printed_by({"completion", "kubectl"});
  const std::string run = "PATH=" + folder_.string() + ":$PATH bash " + (folder_ / "kubectl").string();
  EXPECT_EQ(bash(run + " rollout w"), "watch\n:4\n");
  EXPECT_EQ(bash(run + " rollout retry -n home ds/a"), "ds/agent\n:4\n");
  EXPECT_EQ(bash(run + " explain -n home ds/a"), "ds/agent\n:4\n");
  EXPECT_EQ(bash(run + " explain --kubeconfig ''"), ":0\n");
}

TEST_F(BashCompletion, IsQuietWhenTheClusterIs) {
  write_program("echo trouble >&2; exit 1");
  EXPECT_EQ(offered("explain ds/"), "\n");
}

TEST_F(BashCompletion, RunsNothingThatANameSays) {
  write_program("printf '%s\\n' '$(touch " + (folder_ / "harm").string() + ")' '`touch " + (folder_ / "harm").string() +
                "`'");
  EXPECT_FALSE(offered("explain ds ''").empty());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "harm"));
}

TEST(Completion, KnowsEachVerbAndOptionInEachShell) {
  const std::string help = printed_by({"explain", "--help"}) + printed_by({"webhook", "--help"});
  ASSERT_TRUE(help.contains("--context") && help.contains("--tls-cert-file"));
  for (const std::string shell : {"bash", "zsh", "fish", "kubectl"}) {
    const std::string script = printed_by({"completion", shell});
    const std::string dashes = shell == "fish" ? " -l " : " --";
    for (const std::string verb : {"webhook", "reconciler", "decide", "plan", "explain", "dashboard", "rollout",
                                   "watch", "probe", "version", "completion"}) {
      EXPECT_TRUE(script.contains(" " + verb)) << shell << " " << verb;
    }
    for (const std::string option :
         {"context", "namespace", "tls-cert-file", "take-over", "exit-code", "now", "ca-file"}) {
      EXPECT_TRUE(script.contains(dashes + option)) << shell << " " << option;
    }
  }
}

TEST(Completion, ReadsTheTreeOfTheCommandLine) {
  CLI::App app("program", "p");
  CLI::App& verb = *app.add_subcommand("a", "does it")->add_subcommand("b", "does that");
  verb.add_option("-x,--extra", "more")->type_name("FILE");
  verb.add_flag("--flag");
  const auto verbs = read_verbs(app);
  ASSERT_EQ(verbs.size(), 3U);
  EXPECT_EQ(verbs[0].verbs, std::vector<std::string>{"a"});
  EXPECT_EQ(verbs[2].path, "a b");
  ASSERT_EQ(verbs[2].options.size(), 3U) << "and --help";
  EXPECT_EQ(verbs[2].options[1].names, (std::vector<std::string>{"--extra", "-x"}));
  EXPECT_EQ(verbs[2].options[1].value.kind, Value::Kind::file);
  EXPECT_EQ(verbs[2].options[2].value.kind, Value::Kind::none);
}

TEST(Completion, FailsWithoutAWord) {
  std::vector<std::string> words{"everynode", "__complete", "daemonsets", "--kubeconfig=/dev/null"};
  std::vector<char*> arguments;
  arguments.reserve(words.size());
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStderr();
  EXPECT_EQ(run_command_line(static_cast<int>(arguments.size()), arguments.data()), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "somebody is typing";
}

}  // namespace
}  // namespace everynode::cli
