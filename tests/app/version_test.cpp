#include "everynode/app/version.hpp"

#include <gtest/gtest.h>

#include <array>

#include "everynode/app/command_line.hpp"

namespace everynode::app {
namespace {

std::string printed_by(std::string word) {
  std::string program = "everynode";
  std::array<char*, 2> arguments{program.data(), word.data()};
  testing::internal::CaptureStdout();
  EXPECT_EQ(run_command_line(2, arguments.data()), 0);
  return testing::internal::GetCapturedStdout();
}

TEST(Version, IsSaidToWhoeverAsksInEitherWay) {
  const std::string expected = "everynode " + std::string(version()) + "\n";
  EXPECT_EQ(printed_by("version"), expected);
  EXPECT_EQ(printed_by("--version"), expected);
}

}  // namespace
}  // namespace everynode::app
