// YAML as kubectl reads it: tests/golden/yaml has the answers of kubectl's own reader to hundreds of texts, written by
// tests/harness/e2e/record_yaml.py. Where ours differs on purpose, the file also has ours, and why.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "everynode/files/yaml.hpp"

namespace everynode::files {
namespace {

using nlohmann::json;

std::vector<json> cases_in(const std::string& name) {
  std::ifstream in(EVERYNODE_SOURCE_DIR "/tests/golden/yaml/" + name + ".json");
  return json::parse(in);
}

/// Compares numbers by their digits, everything else by value, and ignores the order of members.
bool same(const std::string& expected, const std::string& actual) {
  const json value = json::parse(expected);
  return value.is_number() ? expected == actual : value == json::parse(actual);
}

/// The recorded answer, or our own where it differs on purpose. nullopt: refused.
std::optional<std::string> expected_of(const json& one) {
  const char* const key = one.contains("ours") ? "ours" : "json";
  return one.contains(key) && one[key].is_string() ? std::optional(one[key].get<std::string>()) : std::nullopt;
}

std::optional<std::vector<std::string>> expected_stream_of(const json& one) {
  if (one.contains("ours") ? one["ours"].is_null() : one.contains("streamError")) return std::nullopt;
  return one[one.contains("ours") ? "ours" : "stream"].get<std::vector<std::string>>();
}

void expect_same_yaml(const json& one) {
  const auto expected = expected_of(one);
  const auto actual = yaml_to_json(one["yaml"]);
  ASSERT_EQ(actual.has_value(), expected.has_value())
      << one["yaml"] << ": " << (actual ? *actual : actual.error().text());
  if (actual) EXPECT_TRUE(same(*expected, *actual)) << one["yaml"] << ": " << *actual << ", expected " << *expected;
  if (!actual) EXPECT_TRUE(actual.error().text().starts_with("line ")) << actual.error().text();
}

TEST(Yaml, ScalarsAreKubectls) {
  const auto cases = cases_in("scalars");
  EXPECT_GE(cases.size(), 400U);
  for (const json& one : cases) expect_same_yaml(one);
}

TEST(Yaml, DocumentsAreKubectls) {
  const auto cases = cases_in("documents");
  EXPECT_GE(cases.size(), 300U);
  for (const json& one : cases) expect_same_yaml(one);
}

TEST(Yaml, StreamsAreKubectls) {
  for (const json& one : cases_in("streams")) {
    const auto expected = expected_stream_of(one);
    const auto actual = read_documents(one["yaml"]);
    ASSERT_EQ(actual.has_value(), expected.has_value()) << one["yaml"];
    if (!actual) continue;
    ASSERT_EQ(actual->size(), expected->size()) << one["yaml"];
    for (std::size_t i = 0; i < actual->size(); ++i)
      EXPECT_TRUE(same((*expected)[i], (*actual)[i].json)) << one["yaml"];
  }
}

TEST(Yaml, WhereOursIsAnotherSaysWhy) {
  for (const char* const name : {"scalars", "documents", "streams"}) {
    for (const json& one : cases_in(name)) EXPECT_EQ(one.contains("ours"), one.contains("why")) << one["yaml"];
  }
}

}  // namespace
}  // namespace everynode::files
