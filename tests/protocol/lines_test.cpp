#include "everynode/protocol/lines.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::protocol {
namespace {

using Result = LineSplitter::Result;

TEST(Lines, AreTheSameHoweverTheyArriveInPieces) {
  const std::string text = "first\n\nsecond line\nthird\nrest";
  for (std::size_t size = 1; size <= text.size(); ++size) {
    LineSplitter splitter(100);
    std::vector<std::string> lines;
    const auto keep = [&](std::string_view line) { return lines.emplace_back(line), true; };
    for (std::size_t at = 0; at < text.size(); at += size)
      EXPECT_EQ(splitter.feed(std::string_view(text).substr(at, size), keep), Result::more);
    EXPECT_EQ(lines, (std::vector<std::string>{"first", "second line", "third"})) << size;
    EXPECT_EQ(splitter.last(), "rest");
  }
}

TEST(Lines, EndWhenNobodyWantsThem) {
  LineSplitter splitter(100);
  int lines = 0;
  EXPECT_EQ(splitter.feed("a\nb\nc\n", [&](std::string_view) { return ++lines < 2; }), Result::stopped);
  EXPECT_EQ(lines, 2);
}

TEST(Lines, HaveALimit) {
  const auto any = [](std::string_view) { return true; };
  LineSplitter splitter(4);
  EXPECT_EQ(splitter.feed("abcd\nab", any), Result::more);
  EXPECT_EQ(splitter.feed("cd\n", any), Result::more);
  EXPECT_EQ(splitter.feed("abcde", any), Result::too_long);
  EXPECT_EQ(LineSplitter(4).feed("abcde\n", any), Result::too_long);
}

}  // namespace
}  // namespace everynode::protocol
