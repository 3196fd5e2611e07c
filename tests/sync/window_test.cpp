#include "everynode/sync/window.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace everynode::sync {
namespace {

TEST(Window, OpensWithEachSuccess) {
  Window window;
  EXPECT_EQ(window.size(), 1U);
  window.succeeded();
  window.succeeded();
  EXPECT_EQ(window.size(), 3U);
}

TEST(Window, OpensSoFarAndNoFarther) {
  Window window;
  for (int i = 0; i < 1000; ++i) window.succeeded();
  EXPECT_EQ(window.size(), Window::most);
}

TEST(Window, ClosesWithOneFailure) {
  Window window;
  for (int i = 0; i < 10; ++i) window.succeeded();
  window.failed();
  EXPECT_EQ(window.size(), 1U);
}

TEST(Window, LetsEachActionBeTheFirstInTurn) {
  Window window;
  std::vector<std::size_t> firsts;
  for (int i = 0; i < 4; ++i) {
    firsts.push_back(window.first_of(3));
    window.failed();
  }
  EXPECT_EQ(firsts, (std::vector<std::size_t>{0, 1, 2, 0}));
  EXPECT_EQ(window.first_of(0), 0U);
}

}  // namespace
}  // namespace everynode::sync
