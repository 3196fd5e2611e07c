#include "everynode/net/gzip.hpp"

#include <gtest/gtest.h>

namespace everynode::net {
namespace {

using std::string_literals::operator""s;

/// What Python's gzip.compress made of "hello hello hello hello".
std::string compressed() {
  return "\037\213\010\000\000\000\000\000\002\003\313\110\315\311\311\127\310\100\047\001\343\121\075\215\027\000\000\000"s;
}

TEST(Gzip, GivesTheText) {
  const auto text = gunzip(compressed(), 23, 64);
  ASSERT_TRUE(text);
  EXPECT_EQ(*text, "hello hello hello hello");
  EXPECT_GE(text->capacity(), text->size() + 64);
}

TEST(Gzip, PassesOverWhatAHeaderMayHave) {
  std::string bytes = compressed();
  bytes[3] = 2 | 4 | 8 | 16;
  bytes.insert(10, "\2\0xx"s + "name\0"s + "comment\0"s + "cc");
  EXPECT_EQ(gunzip(bytes, 100, 0), "hello hello hello hello");
}

TEST(Gzip, GivesBackWhatItTakes) {
  std::string long_text;
  for (int i = 0; i < 20000; ++i) long_text += std::to_string(i * 7919 % 1000);
  for (const std::string& text : {""s, "a"s, "\0\xff"s, long_text}) EXPECT_EQ(gunzip(gzip(text), text.size(), 0), text);
  EXPECT_LT(gzip(long_text).size(), long_text.size() * 2 / 3);
}

TEST(Gzip, IsBounded) {
  EXPECT_FALSE(gunzip(compressed(), 22, 0));
}

TEST(Gzip, RefusesWhatIsCutOrChanged) {
  const std::string whole = compressed();
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_FALSE(gunzip(whole.substr(0, size), 100, 0)) << size;
  EXPECT_FALSE(gunzip(whole + "x", 100, 0));
  for (std::size_t i = whole.size() - 8; i < whole.size(); ++i) {
    std::string other = whole;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(gunzip(other, 100, 0)) << i;
  }
  EXPECT_FALSE(gunzip("<html>not compressed at all</html>", 100, 0));
}

}  // namespace
}  // namespace everynode::net
