#include "everynode/objects/shared_text.hpp"

#include <gtest/gtest.h>

#include <map>

namespace everynode::objects {
namespace {

TEST(SharedText, IsTheTextThatItWasMadeFrom) {
  const SharedText text(std::string("node-1"));
  EXPECT_EQ(text, "node-1");
  EXPECT_NE(text, SharedText("node-2"));
  EXPECT_EQ(text, SharedText("node-1")) << "whether they share it or not";
  EXPECT_LT(text, SharedText("node-2"));
  EXPECT_EQ("on " + text + "!", "on node-1!");
  EXPECT_TRUE(text.contains("de-"));
  const std::map<std::string, int, std::less<>> numbers{{"node-1", 1}};
  EXPECT_EQ(numbers.find(text)->second, 1);
}

TEST(SharedText, IsEmptyUntilItIsSet) {
  SharedText text;
  EXPECT_TRUE(text.empty());
  EXPECT_EQ(text, "");
  EXPECT_TRUE(SharedText("").empty());
  text = "a";
  EXPECT_FALSE(text.empty());
  text.clear();
  EXPECT_EQ(text, SharedText());
}

TEST(SharedText, IsSharedByCopies) {
  const SharedText text("a text that does not fit into a string itself");
  EXPECT_TRUE(text.alone());
  const SharedText copy = text;
  EXPECT_FALSE(text.alone());
  EXPECT_EQ(&copy.text(), &text.text());
}

}  // namespace
}  // namespace everynode::objects
