#include "everynode/protocol/frames.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "protobuf.hpp"

namespace everynode::protocol {
namespace {

using Result = FrameSplitter::Result;
using support::framed;

TEST(Frames, AreTheSameHoweverTheyArriveInPieces) {
  const std::string long_one(300, 'x');
  const std::string body = framed("first") + framed("") + framed(long_one) + framed("half").substr(0, 6);
  for (std::size_t size = 1; size <= body.size(); ++size) {
    FrameSplitter splitter(300);
    std::vector<std::string> frames;
    const auto keep = [&](std::string_view frame) { return frames.emplace_back(frame), true; };
    for (std::size_t at = 0; at < body.size(); at += size) {
      EXPECT_EQ(splitter.feed(std::string_view(body).substr(at, size), keep), Result::more);
    }
    EXPECT_EQ(frames, (std::vector<std::string>{"first", "", long_one})) << size;
  }
}

TEST(Frames, EndWhenNobodyWantsThem) {
  FrameSplitter splitter(100);
  int frames = 0;
  const auto two = [&](std::string_view) { return ++frames < 2; };
  EXPECT_EQ(splitter.feed(framed("a") + framed("b") + framed("c"), two), Result::stopped);
  EXPECT_EQ(frames, 2);
}

TEST(Frames, HaveALimitThatIsKnownBeforeTheyAreHere) {
  const auto any = [](std::string_view) { return true; };
  FrameSplitter splitter(4);
  EXPECT_EQ(splitter.feed(framed("abcd"), any), Result::more);
  EXPECT_EQ(splitter.feed(framed("abcde").substr(0, 4), any), Result::too_long);
  EXPECT_EQ(FrameSplitter(4).feed("\xFF\xFF\xFF\xFF", any), Result::too_long);
}

}  // namespace
}  // namespace everynode::protocol
