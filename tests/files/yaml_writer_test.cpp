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

TEST(YamlWriter, WritesNothingThatATerminalObeys) {
  const std::string yaml = to_yaml(R"(["\u001b[2J","\u202e","\u009b","\u00e4\u0007"])");
  for (const char c : yaml) EXPECT_TRUE(c == '\n' || (c >= ' ' && c < '\x7f')) << yaml;
  const auto read = read_documents(yaml);
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->front().json.contains("\\u001b[2J")) << read->front().json;
}

}  // namespace
}  // namespace everynode::files
