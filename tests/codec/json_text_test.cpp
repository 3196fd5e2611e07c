#include "everynode/codec/json_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "everynode/codec/json_patch.hpp"
#include "everynode/objects/encode.hpp"

namespace everynode::codec {
namespace {

using nlohmann::json;

TEST(JsonText, QuotesAsAnyJsonParserReadsBack) {
  std::string every_byte;
  for (int c = 0; c < 128; ++c) every_byte += static_cast<char>(c);
  for (const std::string& text :
       {std::string(), std::string("plain"), every_byte, std::string("\u00e9\u2028\U0001F600"), std::string("\\\"")}) {
    std::string quoted;
    append_quoted(quoted, text);
    EXPECT_EQ(json::parse(quoted).get<std::string>(), text);
  }
}

/// Characters are checked eight at a time: one that needs an escape is found at each place, whatever surrounds it.
TEST(JsonText, FindsWhatNeedsAnEscapeAtEachPlace) {
  for (const char neighbour : {'a', '!', '#', '[', ']', ' ', '\x7f'}) {
    for (std::size_t place = 0; place < 18; ++place) {
      for (int c = 0; c < 128; ++c) {
        std::string text(18, neighbour);
        text[place] = static_cast<char>(c);
        std::string quoted;
        append_quoted(quoted, text);
        ASSERT_EQ(json::parse(quoted).get<std::string>(), text) << c << " at " << place;
      }
    }
  }
}

TEST(JsonText, EncodesWithoutEmptyFields) {
  EXPECT_EQ(to_json(objects::tolerates_unschedulable()),
            R"({"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule"})");
  EXPECT_EQ(
      to_json(objects::Toleration{.key = "a", .op = "", .value = "b", .effect = "NoExecute", .toleration_seconds = 0}),
      R"({"key":"a","value":"b","effect":"NoExecute","tolerationSeconds":0})");
  EXPECT_EQ(to_json(objects::Tolerations{}), "[]");
  EXPECT_EQ(to_json(objects::NodeSelectorRequirement{.key = "k", .op = "In", .values = {"a", "b"}}),
            R"({"key":"k","operator":"In","values":["a","b"]})");
}

TEST(JsonText, PatchesAreRfc6902) {
  const Patch patch{Operation::add("/a/-", "[1]"), Operation::move("/b/0", "/c"), Operation::replace("/d", "2")};
  EXPECT_EQ(json::parse(to_json(patch)),
            json::parse(R"([{"op":"add","path":"/a/-","value":[1]},{"op":"move","from":"/b/0","path":"/c"},)"
                        R"({"op":"replace","path":"/d","value":2}])"));
  EXPECT_EQ(to_json(Patch{}), "[]");
}

TEST(Clipped, EndsBetweenCharacters) {
  EXPECT_EQ(clipped("abc", 3), "abc");
  EXPECT_EQ(clipped("abcd", 3), "abc");
  EXPECT_EQ(clipped("ab\xC3\xA4", 3), "ab");
  EXPECT_EQ(clipped("\xF0\x9F\x98\x80x", 3), "");
}

}  // namespace
}  // namespace everynode::codec
