// The byte form of JSON: requirement 9.1.
#include "everynode/codec/canonical.hpp"

#include <gtest/gtest.h>

namespace everynode::codec {
namespace {

std::string canonical(std::string_view text) {
  const auto result = canonical_json(text);
  return result ? *result : "error: " + result.error().text();
}

TEST(Canonical, SortsKeysBytewiseAtEveryLevel) {
  EXPECT_EQ(canonical(R"({"b":1,"a":{"z":[{"y":1,"x":2}],"Z":0},"B":2,"$patch":"replace","a.b":3,"a-b":4})"),
            R"({"$patch":"replace","B":2,"a":{"Z":0,"z":[{"x":2,"y":1}]},"a-b":4,"a.b":3,"b":1})");
  EXPECT_EQ(canonical("{\"\xc3\xa9\":1,\"z\":2,\"\xf0\x9f\x98\x80\":3}"),
            "{\"z\":2,\"\xc3\xa9\":1,\"\xf0\x9f\x98\x80\":3}");
}

TEST(Canonical, HasNoWhiteSpaceAndKeepsArraysInOrder) {
  EXPECT_EQ(canonical(" { \"a\" : [ 3 , 1 ,\n2 ] , \"b\" : { } , \"c\" : [ ] , \"d\" : null , \"e\" : true }\t"),
            R"({"a":[3,1,2],"b":{},"c":[],"d":null,"e":true})");
}

TEST(Canonical, KeepsNumbersAsTheyStand) {
  EXPECT_EQ(
      canonical(R"([0,-1,9223372036854775807,18446744073709551616,123456789012345678901234567890,1.50,1e3,2.0E-7])"),
      R"([0,-1,9223372036854775807,18446744073709551616,123456789012345678901234567890,1.50,1e3,2.0E-7])");
}

TEST(Canonical, EscapesTextsAsGoDoes) {
  EXPECT_EQ(canonical(R"("\"\\\/\b\f\n\r\t\u0001\u001F\u007f")"), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"");
  EXPECT_EQ(canonical(R"("<a href=x>&amp;</a>")"), R"("\u003ca href=x\u003e\u0026amp;\u003c/a\u003e")");
  EXPECT_EQ(canonical("\"\xe2\x80\xa8 \xe2\x80\xa9 \xe2\x80\xa7\""), "\"\\u2028 \\u2029 \xe2\x80\xa7\"");
  EXPECT_EQ(canonical(R"("\u00e9\u20ac\ud83d\ude00")"), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"");
  EXPECT_EQ(canonical(R"({"a<b":1,"\u0041":2})"), R"({"A":2,"a\u003cb":1})") << "keys too";
}

TEST(Canonical, TakesTheLastOfEqualKeys) {
  EXPECT_EQ(canonical(R"({"a":1,"a":{"b":2},"\u0061":3})"), R"({"a":3})");
}

TEST(Canonical, RefusesWhatIsNoJson) {
  for (const auto* text : {"", "{", "[1,", R"({"a"})", R"({"a":1}x)", "tru", R"("\x")", "{a:1}", "\"\xff\"", "1 2"}) {
    EXPECT_TRUE(canonical(text).starts_with("error: ")) << text << " became " << canonical(text);
  }
}

TEST(Canonical, RefusesWhatNestsTooDeep) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(canonical(nested(128)), nested(128));
  EXPECT_TRUE(canonical(nested(130)).starts_with("error: "));
}

TEST(Canonical, OfItsOwnResultIsTheSame) {
  const std::string once = canonical(R"({"b":["<",{"k":1.0}],"a":"\u2028\n"})");
  EXPECT_EQ(canonical(once), once);
}

}  // namespace
}  // namespace everynode::codec
