// What a verb says and ends with when nobody can have what it prints.
#include <gtest/gtest.h>

#include "process.hpp"

namespace everynode {
namespace {

using support::Process;

/// Runs "$0 COMMAND" in a shell, with standard output to a device that is full.
void expect_told(const std::string& command) {
  Process process({"/bin/sh", "-c", "exec > /dev/full; " + command, EVERYNODE_BINARY});
  EXPECT_EQ(process.wait(), 2) << command;
  EXPECT_EQ(process.log(), "everynode: cannot write to standard output: No space left on device\n") << command;
}

TEST(Output, ThatCannotBeWrittenIsNoSuccess) {
  for (const std::string words : {"version", "--version", "--help", "explain --help", "completion bash"})
    expect_told("\"$0\" " + words);
  const std::string pod = R"({"kind":"Pod","spec":{"nodeName":"n1"},"metadata":{"ownerReferences":)"
                          R"([{"apiVersion":"apps/v1","kind":"DaemonSet","name":"a","uid":"u","controller":true}]}})";
  expect_told("echo '" + pod + "' | \"$0\" decide");
  expect_told("echo '" + pod + "' | \"$0\" decide --exit-code -o pod");
}

// Such output reaches the device, and fails, before the verb ends.
TEST(Output, LongerThanABufferThatCannotBeWrittenIsNoSuccess) {
  const std::string pod = R"({"kind":"Pod","metadata":{"name":")" + std::string(100'000, 'a') + R"("}})";
  expect_told("echo '" + pod + "' | \"$0\" decide -o pod");
}

TEST(Output, ThatNobodyWantsIsNotMissed) {
  Process process({"/bin/sh", "-c", "exec > /dev/null; \"$0\" version", EVERYNODE_BINARY});
  EXPECT_EQ(process.wait(), 0);
  EXPECT_EQ(process.log(), "");
}

}  // namespace
}  // namespace everynode
