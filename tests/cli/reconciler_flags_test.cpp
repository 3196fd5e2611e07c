// What `everynode reconciler` refuses before it begins, with the reason and exit code 2.
#include <gtest/gtest.h>

#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

/// The exit code, followed by standard error.
std::string outcome(std::vector<std::string> words) {
  words.insert(words.begin(), {"everynode", "reconciler", "--kubeconfig=/dev/null"});
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  testing::internal::CaptureStderr();
  const int code = run_command_line(static_cast<int>(arguments.size()), arguments.data());
  return std::to_string(code) + " " + testing::internal::GetCapturedStderr();
}

void expect_refused(std::vector<std::string> words, const std::string& why) {
  const std::string said = outcome(std::move(words));
  EXPECT_TRUE(said.starts_with("2 ") && said.contains(why)) << said;
}

const std::vector<std::string> certificates{"--certificate-secret=n/certificate", "--certificate-service=n/webhook",
                                            "--certificate-webhook=everynode"};

std::vector<std::string> with(std::vector<std::string> more) {
  more.insert(more.end(), certificates.begin(), certificates.end());
  return more;
}

TEST(ReconcilerFlags, SayWhatToSetWhenThereIsNothingToDo) {
  expect_refused({"--take-over=false"},
                 "nothing to do: set --mode takeover or companion to act for DaemonSets, or --certificate-secret");
}

TEST(ReconcilerFlags, OfTheCertificateGoTogether) {
  expect_refused({"--certificate-secret=n/certificate"}, "--certificate-secret requires --certificate-");
  expect_refused({"--certificate-webhook=everynode"}, "--certificate-webhook requires --certificate-secret");
}

TEST(ReconcilerFlags, NameObjectsWithTheirNamespace) {
  for (const std::string bad : {"certificate", "n/", "/certificate", "n/a,DNS:b", "n/a/b", "N/a"}) {
    expect_refused({"--certificate-secret=" + bad}, "expected NAMESPACE/NAME, not '" + bad + "'");
  }
}

TEST(ReconcilerFlags, RefuseLivesThatCannotWork) {
  expect_refused(with({"--certificate-lifetime=5"}), "at least 10 s");
  expect_refused(with({"--certificate-lifetime=100", "--certificate-settle-time=60"}), "six times the settle time");
  expect_refused(with({"--certificate-ca-lifetime=7776000"}), "three times as long");
}

TEST(ReconcilerFlags, ShardWhatCanBeSharded) {
  expect_refused({"--shards=0"}, "--shards");
  expect_refused({"--shards=33"}, "--shards");
  expect_refused({"--shards=2", "--leader-elect=false"}, "--shards needs --leader-elect=true");
  expect_refused({"--shards=2", "--streaming-lists"}, "--streaming-lists does not go with --shards");
  expect_refused({"--shards=2", "--startup-taint=everynode.dev/starting"}, "does not go with --shards");
  expect_refused(with({"--shards=2", "--mode=certificates"}), "without DaemonSets nothing is sharded");
}

// A template that renders `--certificate-webhook=` with an empty variable must not make us take over the cluster.
TEST(ReconcilerFlags, SwallowNoOther) {
  for (const std::string empty : {"--certificate-webhook=", "--lease-namespace=", "--lease-name="}) {
    expect_refused({empty, "--take-over=false"}, empty + ": needs a value behind the '='");
  }
  expect_refused({"--lease-name", "--take-over=false"}, "--lease-name: needs a value, and '--take-over=false' looks");
  expect_refused({"--leader-elect=0x1"}, "everynode: --leader-elect: '0x1' is neither true nor false; see --help\n");
  expect_refused({"--lease-duration", "0x20"}, "--lease-duration: '0x20' is no number from 0 to 3600");
}

TEST(ReconcilerFlags, MayBeRepeatedAndTheLastCounts) {
  expect_refused({"--take-over=true", "--take-over=false"}, "nothing to do");
  expect_refused(with({"--certificate-lifetime=7776000", "--certificate-lifetime=5"}), "at least 10 s");
}

TEST(ReconcilerFlags, OfTheCertificateAreEnoughToDo) {
  const std::string said = outcome(with({"--take-over=false"}));
  EXPECT_FALSE(said.contains("nothing to do") || said.contains("requires")) << said;
  EXPECT_TRUE(said.starts_with("2 ")) << "an empty kubeconfig: " << said;
}

}  // namespace
}  // namespace everynode::cli
