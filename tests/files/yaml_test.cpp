#include "everynode/files/yaml.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::files {
namespace {

using nlohmann::json;

json converted(const std::string& yaml) {
  const auto text = yaml_to_json(yaml);
  EXPECT_TRUE(text) << text.error();
  return json::parse(text.value_or("null"));
}

TEST(Yaml, TypesPlainScalarsAndKeepsQuotedOnesStrings) {
  EXPECT_EQ(converted("[1, -2, 1.5, 1e3, true, False, null, ~, '', abc, \"1\", 'true', 1.2.3.4, .5, -, 08x]"),
            json::parse(R"([1,-2,1.5,1000.0,true,false,null,null,"","abc","1","true","1.2.3.4",0.5,"-","08x"])"));
}

TEST(Yaml, ReadsWhatPeopleWriteForKubernetes) {
  EXPECT_EQ(
      converted(
          "metadata:\n  name: a\n  annotations: {x: \"\"}\nspec:\n- a: |\n    two\n    lines\n- &x {k: v}\n- *x\n"),
      json::parse(
          R"({"metadata":{"name":"a","annotations":{"x":""}},"spec":[{"a":"two\nlines\n"},{"k":"v"},{"k":"v"}]})"));
  EXPECT_EQ(converted(""), json());
  EXPECT_EQ(converted("a: 1\n---\nb: 2\n"), json::parse(R"({"a":1})"));
}

TEST(Yaml, SaysWhereItIsWrong) {
  EXPECT_NE(yaml_to_json("a: [1, 2").error().find("line 1"), std::string::npos);
  EXPECT_EQ(yaml_to_json("a: 1\na: 2").error(), "the key \"a\" stands there twice");
}

TEST(Yaml, IsNotBlownUpByAliases) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) bomb += (n == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  EXPECT_EQ(yaml_to_json(bomb).error(), "it has more than 100000 values (aliases counted where they are used)");
}

TEST(Yaml, IsNotNestedTooDeep) {
  EXPECT_EQ(yaml_to_json(std::string(100, '[') + std::string(100, ']')).error(),
            "it is nested more than 64 levels deep");
}

}  // namespace
}  // namespace everynode::files
