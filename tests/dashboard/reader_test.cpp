#include "everynode/dashboard/reader.hpp"

#include <gtest/gtest.h>

namespace everynode::dashboard {
namespace {

constexpr objects::Time now{std::chrono::seconds(1'000'000)};

objects::Node node(const std::string& name) {
  objects::Node node;
  node.name = name;
  return node;
}

class ReaderTest : public ::testing::Test {
 protected:
  void add(const std::string& name) {
    board_.put_node(node(name));
    board_.commit();
  }

  Board board_{"e", "{}"};
};

TEST_F(ReaderTest, HearsWhatItHasMissedAtOnce) {
  add("n1");
  add("n2");
  add("n3");
  Reader reader(board_, "e", 1);
  EXPECT_EQ(reader.next(now), "event: delta\ndata: " + board_.delta(1, now) + "\n\n");
  EXPECT_EQ(reader.next(now), "");
}

TEST_F(ReaderTest, HearsAllFirstIfItHasSeenAnotherBoard) {
  add("n1");
  for (const auto& [epoch, since] : {std::pair("f", 1), std::pair("", 0), std::pair("e", 2)}) {
    Reader reader(board_, epoch, static_cast<std::uint64_t>(since));
    EXPECT_EQ(reader.next(now), "event: snapshot\ndata: " + board_.snapshot(now) + "\n\n") << epoch << since;
    EXPECT_EQ(reader.next(now), "");
  }
}

TEST_F(ReaderTest, HearsAtOnceThatItIsHeardAndThenNowAndAgain) {
  Reader reader(board_, "e", 0);
  EXPECT_EQ(reader.next(now), "event: beat\ndata: {}\n\n");
  EXPECT_EQ(reader.next(now + beat / 2), "");
  EXPECT_EQ(reader.next(now + beat), "event: beat\ndata: {}\n\n");
  add("n1");
  EXPECT_TRUE(reader.next(now + beat).starts_with("event: delta\n"));
  EXPECT_EQ(reader.next(now + beat + beat / 2), "") << "news is a beat too";
}

TEST_F(ReaderTest, GoesOnWhenTheClockIsPutBack) {
  Reader reader(board_, "e", 0);
  EXPECT_NE(reader.next(now), "");
  EXPECT_NE(reader.next(now - std::chrono::hours(1)), "");
}

}  // namespace
}  // namespace everynode::dashboard
