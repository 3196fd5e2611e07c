#include "everynode/sync/window.hpp"

#include <gtest/gtest.h>

namespace everynode::sync {
namespace {

TEST(Window, OpensWithEachSuccess) {  // requirement 6.3
  Window window;
  EXPECT_EQ(window.size(), 1U);
  window.succeeded();
  window.succeeded();
  EXPECT_EQ(window.size(), 3U);
}

TEST(Window, OpensSoFarAndNoFarther) {  // requirement 6.1
  Window window;
  for (int i = 0; i < 1000; ++i) window.succeeded();
  EXPECT_EQ(window.size(), Window::most);
}

TEST(Window, ClosesWithOneFailure) {  // requirement 6.3
  Window window;
  for (int i = 0; i < 10; ++i) window.succeeded();
  window.failed();
  EXPECT_EQ(window.size(), 1U);
}

}  // namespace
}  // namespace everynode::sync
