#include "everynode/files/yaml.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

// tests/golden/yaml_test.cpp compares hundreds of texts with kubectl. Here are those for which kubectl gives no answer
// or no fixed one.
namespace everynode::files {
namespace {

using nlohmann::json;

json converted(const std::string& yaml) {
  const auto text = yaml_to_json(yaml);
  EXPECT_TRUE(text) << text.error().text();
  return json::parse(text.value_or("null"));
}

std::string refused(const std::string& text, DuplicateKeys duplicates = DuplicateKeys::last_wins) {
  const auto documents = read_documents(text, duplicates);
  return documents ? "" : documents.error().text();
}

TEST(Yaml, ReadsWhatPeopleWriteForKubernetes) {
  EXPECT_EQ(
      converted(
          "metadata:\n  name: a\n  annotations: {x: \"\"}\nspec:\n- a: |\n    two\n    lines\n- &x {k: v}\n- *x\n"),
      json::parse(
          R"({"metadata":{"name":"a","annotations":{"x":""}},"spec":[{"a":"two\nlines\n"},{"k":"v"},{"k":"v"}]})"));
  EXPECT_EQ(converted("securityContext: {privileged: no, runAsUser: 0x7D0}\nmode: 0755\nport: 9_090\n"),
            json::parse(R"({"securityContext":{"privileged":false,"runAsUser":2000},"mode":493,"port":9090})"));
}

TEST(Yaml, MergesContainersInTheOrderOfTheText) {
  EXPECT_EQ(
      converted(
          "containers:\n- &base {name: a, image: i, args: [x]}\n- <<: *base\n  name: b\n- name: c\n  <<: *base\n"),
      json::parse(R"({"containers":[{"name":"a","image":"i","args":["x"]},{"name":"b","image":"i","args":["x"]},
                            {"name":"a","image":"i","args":["x"]}]})"));
}

/// kubectl takes either one at random.
TEST(Yaml, OfKeysThatAreEqualInJsonOnlyTheLastCounts) {
  EXPECT_EQ(converted("8443: a\n\"8443\": b\n"), json::parse(R"({"8443":"b"})"));
  EXPECT_EQ(converted("\"true\": a\nyes: b\n"), json::parse(R"({"true":"b"})"));
  EXPECT_EQ(converted("a: &x {1: a}\nb: {<<: *x, \"1\": b}\n")["b"], json::parse(R"({"1":"b"})"));
}

TEST(Yaml, TakesEveryDocumentWithItsLine) {
  const auto documents = read_documents("# head\n---\nkind: A\n---\n# none\n---\n\nkind: B\n...\n---\nnull\n");
  ASSERT_TRUE(documents) << documents.error().text();
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].json, R"({"kind":"A"})");
  EXPECT_EQ((*documents)[0].line, 3U);
  EXPECT_EQ((*documents)[1].line, 8U);
}

TEST(Yaml, TakesJsonAsItStands) {
  const auto documents = read_documents("{\"a\": 1.50}\n\n---\n {\"b\":\n\"\\ud83d\\ude00}\"}[]");
  ASSERT_TRUE(documents) << documents.error().text();
  ASSERT_EQ(documents->size(), 3U);
  EXPECT_EQ((*documents)[0].json, "{\"a\": 1.50}");
  EXPECT_EQ((*documents)[1].line, 4U);
  EXPECT_EQ((*documents)[2].line, 5U);
}

TEST(Yaml, SaysWhereItIsWrongAndWhatIsExpected) {
  EXPECT_EQ(refused("a: [1, 2"),
            "line 1, column 9: did not find expected ',' or ']' while parsing a flow sequence that begins in line 1");
  EXPECT_EQ(refused("a:\n\tb: 1\n"), "line 2, column 1: a tab cannot indent; use spaces");
  EXPECT_EQ(refused("  a: 1\nb: 2\n"),
            "line 2, column 1: more text behind the end of the document; indent it like the document's first line, or "
            "begin another document with ---");
  EXPECT_EQ(refused("a: *b\n"), "line 1, column 4: there is no anchor &b before this *b");
  EXPECT_EQ(refused("a: 1\n---\n\nb: !!int x\n"), "line 4, column 4: \"x\" is no !!int; it reads as !!str");
  EXPECT_EQ(refused("a: .inf\n"), "line 1, column 4: \".inf\" has no place in JSON; expected a number, or quotes");
  EXPECT_EQ(refused("%YAML 1.2\n---\na: 1\n"),
            "line 1, column 1: %YAML 1.2 is not read, as in kubectl; expected YAML 1.1, or no %YAML line");
  EXPECT_EQ(refused("a: x\x01y\n"), "line 1, column 5: control characters are not allowed");
  EXPECT_EQ(refused("{\"a\": 1,\n \"b\": ]"), "line 2, column 7: unexpected ']'; expected '[', '{', or a literal");
}

TEST(Yaml, RefusesDuplicateKeysWhereAsked) {
  EXPECT_EQ(refused("a: 1\nb: 2\na: 3\n", DuplicateKeys::refused),
            "line 3, column 1: the key \"a\" stands in line 1 already; expected it once");
  EXPECT_EQ(refused("{\"a\": 1, \"a\": 2}", DuplicateKeys::refused),
            "line 1, column 10: the key \"a\" stands in line 1 already; expected it once");
  EXPECT_EQ(refused("x: &x {a: 1}\ny: {<<: *x, a: 2}\n", DuplicateKeys::refused), "");
}

TEST(Yaml, IsNotBlownUpByAliases) {
  std::string bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int n = 0; n < 10; ++n) bomb += (n == 0 ? "" : ",") + before;
    bomb += "]\n";
  }
  EXPECT_NE(refused(bomb).find("consists of aliases nearly alone"), std::string::npos);
  const std::string large = "a: &a " + std::string(100'000, 'x') + "\n";
  std::string texts = large + "b: [";
  for (int n = 0; n < 200; ++n) texts += "*a, ";
  EXPECT_NE(refused(texts + "]").find("stand for more than 16 MiB"), std::string::npos);
}

TEST(Yaml, IsNotNestedTooDeep) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_EQ(refused("a: " + nested(400)), "");
  EXPECT_EQ(refused("a: " + nested(501)), "line 1, column 503: more than 500 values within each other");
  EXPECT_EQ(refused(nested(100'000)), "line 1, column 501: more than 500 values within each other");
  std::string chain = "a0: &a0 [x]\n";
  for (int i = 1; i < 600; ++i)
    chain += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) + "]\n";
  EXPECT_NE(refused(chain).find("more than 500 values within each other"), std::string::npos);
}

/// The output of `kubectl get -A -o yaml` for a large cluster.
TEST(Yaml, TakesMillionsOfValues) {
  std::string list = "items:\n";
  for (int i = 0; i < 100'000; ++i) list += "- {name: pod-" + std::to_string(i) + ", port: 80, host: yes}\n";
  EXPECT_EQ(converted(list)["items"].size(), 100'000U);
}

}  // namespace
}  // namespace everynode::files
