#include "everynode/codec/shell_word.hpp"

#include <gtest/gtest.h>

namespace everynode::codec {
namespace {

TEST(ShellWord, IsTheTextWhereNoShellSeesMoreInIt) {
  for (const std::string plain : {"ds/agent", "arn:aws:eks:eu-central-1:1:cluster/a", "kind-a", "a.b_c@d"}) {
    EXPECT_EQ(shell_word(plain), plain);
  }
}

TEST(ShellWord, IsInQuotesElse) {
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_word("$(reboot)"), "'$(reboot)'");
  EXPECT_EQ(shell_word("it's;`x`"), "'it'\\''s;`x`'");
  EXPECT_EQ(shell_word("~/a"), "'~/a'") << "no shell may put a home in its place";
  EXPECT_EQ(shell_word("a\nb"), "'a\nb'");
}

}  // namespace
}  // namespace everynode::codec
