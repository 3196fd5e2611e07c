#include "everynode/logging/version.hpp"

#include <gtest/gtest.h>

#include <array>

#include "everynode/cli/command_line.hpp"

namespace everynode::cli {
namespace {

std::string printed_by(std::string word) {
  std::string program = "everynode";
  std::array<char*, 2> arguments{program.data(), word.data()};
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line(2, arguments.data()), 0);
  return testing::internal::GetCapturedStdout();
}

TEST(Version, IsSaidToWhoeverAsksInEitherWay) {
  const std::string expected = "everynode " + std::string(logging::version()) + "\n";
  EXPECT_EQ(printed_by("version"), expected);
  EXPECT_EQ(printed_by("--version"), expected);
}

}  // namespace
}  // namespace everynode::cli
