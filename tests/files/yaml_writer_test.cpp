#include "everynode/files/yaml_writer.hpp"

#include <gtest/gtest.h>

#include "everynode/files/yaml.hpp"

namespace everynode::files {
namespace {

TEST(YamlWriter, WritesAsPeopleDo) {
  EXPECT_EQ(to_yaml(R"({"b":{"x":1,"z":-2.5},"a":[{"k":"worker-1","w":"a: b"},{"k":null}],"e":{},"l":[],"t":true})"),
            "b:\n  x: 1\n  z: -2.5\na:\n- k: worker-1\n  w: 'a: b'\n- k: null\ne: {}\nl: []\nt: true\n");
  EXPECT_THROW(static_cast<void>(to_yaml("{")), std::invalid_argument);
}

TEST(YamlWriter, PutsQuotesAroundTextsThatWouldBeSomethingElse) {
  for (const std::string text :
       {"yes",        "no",   "0644", "1e3", "null", "~",   "",  "1_000", "<<", "=",  "- a", "a #b", "@x",
        "2026-01-01", ".nan", "a\\n", "{}",  "'",    " a ", "?", "!x",    "&a", "*a", "%",   "`"}) {
    const std::string json = R"({"k":[")" + text + R"("],")" + text + R"(":1})";
    const auto read = read_documents(to_yaml(json));
    ASSERT_TRUE(read) << text << ": " << read.error().text();
    ASSERT_EQ(read->size(), 1U) << text;
    EXPECT_EQ(read->front().json, json) << to_yaml(json);
  }
}

// kubectl reads them as texts; readers that go by YAML 1.1, as PyYAML does, as dates and numbers.
TEST(YamlWriter, PutsQuotesAroundDatesAndNumbersInBase60) {
  for (const std::string text : {"2026-12-01T02:10:47Z", "2026-12-01", "2026-1-2 3:04:05.5 +01:00", "1:30", "-1:30",
                                 "1_0:59", "190:20:30", "190:20:30.15", "+1:2.", "0:0"}) {
    EXPECT_EQ(to_yaml(R"({"k":")" + text + R"("})"), "k: \"" + text + "\"\n");
    EXPECT_EQ(to_yaml(R"({")" + text + R"(":true})"), "\"" + text + "\": true\n");
  }
  for (const std::string text : {"10.0.0.1:8080", "1:60", "1:300", "agent:1", "2026-12", "12-1-2026", "2026-123-1",
                                 "1:", "1:2a", "2026-12-01-blue", "T02:10:47Z"}) {
    const std::string yaml = to_yaml(R"({"k":")" + text + R"("})");
    EXPECT_FALSE(yaml.contains('"')) << yaml;
  }
}

TEST(YamlWriter, WritesNothingThatATerminalObeys) {
  const std::string yaml = to_yaml(R"(["\u001b[2J","\u202e","\u009b","\u00e4\u0007"])");
  for (const char c : yaml) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < '\x7f')) << yaml;
  const auto read = read_documents(yaml);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->front().json.contains("\\u001b[2J")) << read->front().json;
}

}  // namespace
}  // namespace everynode::files
