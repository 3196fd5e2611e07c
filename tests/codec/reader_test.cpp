#include "everynode/codec/reader.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "error_of.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::codec {
namespace {

std::string error_of(const std::string& text) {
  Document document;
  objects::Pod pod;
  return support::error_of(document.read(text, [&](JsonValue root) { read(root, pod); }));
}

TEST(Reader, NamesThePlaceOfAWrongType) {
  EXPECT_EQ(error_of(R"({"spec":{"tolerations":[{"key":"a"},{"key":7}]}})"),
            "spec.tolerations[1].key: expected a string");
  EXPECT_EQ(error_of(R"({"spec":{"tolerations":{}}})"), "spec.tolerations: expected an array");
  EXPECT_EQ(error_of(R"({"spec":[]})"), "spec: expected an object");
  EXPECT_EQ(error_of(R"({"spec":{"hostNetwork":"yes"}})"), "spec.hostNetwork: expected true or false");
  EXPECT_EQ(error_of(R"({"spec":{"tolerations":[{"tolerationSeconds":1.5}]}})"),
            "spec.tolerations[0].tolerationSeconds: expected an integer");
  EXPECT_EQ(error_of(R"({"spec":{"tolerations":[{"tolerationSeconds":99999999999999999999}]}})"),
            "spec.tolerations[0].tolerationSeconds: expected an integer");
}

TEST(Reader, StopsAtAsManyElementsAsItMayRead) {
  const auto error = [](std::size_t most) {
    Document document;
    const std::string text = R"({"spec":{"tolerations":[{},{},{}]}})";
    std::string problem;
    (void)document.read(text, [&](JsonValue root) {
      Reader reader(UnknownFields::skipped, most);
      objects::Pod pod;
      read(JsonValue{reader, root.element}, pod);
      if (!reader.ok()) problem = reader.mistake().text();
    });
    return problem;
  };
  EXPECT_EQ(error(3), "");
  EXPECT_EQ(error(2), "spec.tolerations[2]: more than 2 elements in all");
}

TEST(Reader, RefusesADuplicateOfWhatItReads) {
  EXPECT_EQ(error_of(R"({"spec":{"nodeName":"a","nodeName":"b"}})"), "spec.nodeName: duplicate key");
  EXPECT_EQ(error_of(R"({"spec":{"nodeName":null,"nodeName":"b"}})"), "spec.nodeName: duplicate key");
  EXPECT_EQ(error_of(R"({"spec":{"unread":"a","unread":"b"}})"), "");
}

/// RFC 8259, section 7: "A" and "\u0041" are one key.
TEST(Reader, KnowsKeysThatAreWrittenWithEscapes) {
  EXPECT_EQ(error_of(R"({"spec":{"node\u004eame":7}})"), "spec.nodeName: expected a string");
  EXPECT_EQ(error_of(R"({"metadata":{"annotations":{"everynode.dev\/node":7}}})"),
            "metadata.annotations.everynode.dev/node: expected a string");
  EXPECT_EQ(error_of(R"({"spec":{"nodeName":"a","\u006eodeName":"b"}})"), "spec.nodeName: duplicate key");
  EXPECT_EQ(error_of(R"({"spec":{"un\\read":7,"\"nodeName\"":7,"nodeName\u0000":7}})"), "");
}

TEST(Reader, NullCountsAsAbsent) {
  EXPECT_EQ(
      error_of(R"({"metadata":null,"spec":{"nodeName":null,"tolerations":null,"affinity":{"nodeAffinity":null}}})"),
      "");
}

TEST(Reader, RefusesWhatIsNoJson) {
  for (const auto* text : {"", " ", "{", "}", "{\"spec\":", "{\"spec\":{\"nodeName\":\"a}}",
                           "{\"spec\":{\"nodeName\":\"\\x\"}}", "nonsense", "{\"spec\":{}}}", "{} {}", "{}x", "[1,2",
                           "\"text\"", "{\"spec\":{\"nodeName\":\"\xff\"}}", "{\"a\":\"\xc3\x28\"}"}) {
    EXPECT_NE(error_of(text), "") << text;
  }
}

TEST(Reader, SurvivesDeepNestingOfWhatItSkips) {
  const std::string open(5000, '[');
  const std::string close(5000, ']');
  EXPECT_EQ(error_of(R"({"unread":)" + open + close + R"(,"spec":{}})"), "");
  EXPECT_NE(error_of(R"({"unread":)" + open + R"(,"spec":{}})"), "");
}

TEST(Reader, UnescapesWhatItReads) {
  Document document;
  objects::Pod pod;
  const std::string text = R"({"spec":{"nodeName":"a\u00e9\n\"b"}})";
  EXPECT_TRUE(document.read(text, [&](JsonValue root) { read(root, pod); }));
  EXPECT_EQ(pod.spec.node_name, "a\u00e9\n\"b");
}

TEST(Reader, RefusesUnknownFieldsWhereAsked) {
  Document document;
  objects::Pod pod;
  const auto read_pod = [&](JsonValue root) { read(root, pod); };
  const auto whole = document.read(R"({"spec":{"nodeNmae":"a"}})", read_pod, UnknownFields::refused);
  ASSERT_FALSE(whole);
  EXPECT_EQ(whole.error(), (Mistake{.where = "spec", .what = "unknown field \"nodeNmae\""}));
}

TEST(Document, IsUsedAgainForOtherTexts) {
  Document document;
  for (const std::size_t size : {10UL, 1'000'000UL, 10UL, 500'000UL, 1UL}) {
    objects::Pod pod;
    const std::string name(size, 'n');
    const std::string text = R"({"spec":{"nodeName":")" + name + R"("}})";
    EXPECT_TRUE(document.read(text, [&](JsonValue root) { read(root, pod); }));
    EXPECT_EQ(pod.spec.node_name, name);
  }
}

}  // namespace
}  // namespace everynode::codec
