// Fields by name and number. That real objects are read alike in both encodings is shown by tests/golden/encodings.
#include "everynode/codec/field.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/codec/protobuf.hpp"
#include "protobuf.hpp"

namespace everynode::codec {
namespace {

using support::Writer;
using support::written;

struct Part {
  std::string text;
  std::int64_t number = 0;
};

struct Whole {
  std::string text;
  bool flag = false;
  std::optional<std::int64_t> number;
  Part part;
  std::optional<std::vector<Part>> parts;
  std::vector<std::string> texts;
  std::vector<std::string> visited;
};

template <class Value>
void read(Value value, Part& out) {
  read_fields(value, field<"text", 1>(out.text), field<"number", 2>(out.number));
}

template <class Value>
void read(Value value, Whole& out) {
  const auto read_one = [&](Value one) {
    Part part;
    read(one, part);
    out.visited.push_back(part.text);
  };
  read_fields(value, field<"text", 1>(out.text), field<"flag", 2>(out.flag), field<"number", 3>(out.number),
              field<"part", 4>(out.part), field<"parts", 5>(out.parts), field<"texts", 6>(out.texts),
              visit_each<"visited", 7>(read_one));
}

void expect_read(const Whole& whole) {
  EXPECT_EQ(whole.text, "a");
  EXPECT_TRUE(whole.flag);
  EXPECT_EQ(whole.number, -1);
  EXPECT_EQ(whole.part.text, "b");
  EXPECT_EQ(whole.part.number, 7);
  ASSERT_TRUE(whole.parts);
  ASSERT_EQ(whole.parts->size(), 2);
  EXPECT_EQ(whole.parts->front().text, "c");
  EXPECT_EQ(whole.parts->back().text, "d");
  EXPECT_EQ(whole.texts, (std::vector<std::string>{"e", "f"}));
  EXPECT_EQ(whole.visited, (std::vector<std::string>{"g", "h"}));
}

TEST(Fields, OfOneDescriptionAreReadFromBothEncodings) {
  Document document;
  Whole from_json;
  const std::string json =
      R"({"parts":[{"text":"c"},{"text":"d"}],"text":"a","flag":true,"number":-1,"part":{"number":7,"text":"b"},)"
      R"("texts":["e","f"],"other":{"text":"x"},"visited":[{"text":"g"},{"text":"h"}]})";
  EXPECT_TRUE(document.read(json, [&](JsonValue root) { read(root, from_json); }));
  expect_read(from_json);

  const auto part = [](const std::string& text) { return written([&](Writer& out) { out.add_string(1, text); }); };
  const std::string bytes = written([&](Writer& out) {
    out.add_message(5, part("c"));
    out.add_string(1, "a");
    out.add_bool(2, true);
    out.add_int64(3, -1);
    out.add_message(4, written([](Writer& one) {
                      one.add_int64(2, 7);
                      one.add_string(1, "b");
                    }));
    for (const char* text : {"e", "f"}) out.add_string(6, text);
    out.add_message(8, part("x"));
    for (const char* text : {"g", "h"}) out.add_message(7, part(text));
    out.add_message(5, part("d"));
  });
  Whole from_protobuf;
  EXPECT_TRUE(read_protobuf([&] { read(Message(bytes), from_protobuf); }));
  expect_read(from_protobuf);
}

/// The words of a matcher end at 8 and 16 bytes, with the quote.
TEST(Fields, AreFoundByTheirWholeNameOnly) {
  const auto found = [](const std::string& key) {
    Document document;
    std::vector<std::string> names;
    const auto note = [&](const char* name) { return [&names, name](JsonValue) { names.emplace_back(name); }; };
    const auto whole = document.read("{\"" + key + "\":1}", [&](JsonValue root) {
      read_fields(root, visit<"a">(note("1")), visit<"abcdefg">(note("7")), visit<"abcdefgh">(note("8")),
                  visit<"abcdefghi">(note("9")), visit<"abcdefghijklmno">(note("15")),
                  visit<"abcdefghijklmnop">(note("16")));
    });
    EXPECT_TRUE(whole) << key;
    return names.empty() ? "" : names.front();
  };
  const std::string longest = "abcdefghijklmnopq";
  const std::vector<std::size_t> known{1, 7, 8, 9, 15, 16};
  for (std::size_t size = 0; size <= longest.size(); ++size) {
    const bool is_known = std::ranges::find(known, size) != known.end();
    EXPECT_EQ(found(longest.substr(0, size)), is_known ? std::to_string(size) : "") << size;
  }
  for (const std::size_t size : known) {
    for (std::size_t i = 0; i < size; ++i) {
      std::string other = longest.substr(0, size);
      other[i] = 'x';
      EXPECT_EQ(found(other), "") << other;
    }
  }
}

}  // namespace
}  // namespace everynode::codec
