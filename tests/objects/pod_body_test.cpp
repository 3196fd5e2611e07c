// The pod that Everynode creates: section 4 of the requirements.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "builders.hpp"
#include "everynode/daemonset/manage.hpp"
#include "everynode/objects/objects.hpp"
#include "everynode/objects/template.hpp"

namespace everynode::objects {
namespace {

using nlohmann::json;

/// The pod that a template of this JSON makes for node n1.
json made(const std::string& text, std::string_view owner = "agent", std::optional<std::int64_t> generation = 3) {
  const auto read = read_template(text);
  if (!read) return "template: " + read.error().text();
  const auto body = PodBody::make(*read, {.name = owner, .uid = "ds-1"}, "h1", generation);
  if (!body) return "body: " + body.error();
  return json::parse(body->for_node("agent-x", "n1"));
}

json made_with(const std::string& spec) {
  return made(R"({"metadata":{"labels":{"app":"agent"}},"spec":)" + spec + "}")["spec"];
}

const json target =
    json::parse(R"({"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]})");
constexpr auto required = "requiredDuringSchedulingIgnoredDuringExecution";

TEST(PodBody, HasMetadataOfTheTemplateAndOfTheDaemonSet) {  // requirement 4.1
  const json pod = made(R"({"metadata":{"name":"mine","generateName":"mine-","namespace":"else",
    "labels":{"app":"agent","controller-revision-hash":"stale"},"annotations":{"a":"1"},"finalizers":["f/x"],
    "ownerReferences":[{"kind":"Other"}]},"spec":{}})");
  EXPECT_EQ(pod["kind"], "Pod");
  EXPECT_EQ(pod["apiVersion"], "v1");
  EXPECT_EQ(pod["metadata"], json::parse(R"({"name":"agent-x","generateName":"agent-",
    "labels":{"app":"agent","controller-revision-hash":"h1","pod-template-generation":"3"},
    "annotations":{"a":"1"},"finalizers":["f/x"],
    "ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"agent","uid":"ds-1","controller":true,
                        "blockOwnerDeletion":true}]})"));
}

TEST(PodBody, HasNoGenerationIfTheDaemonSetHasNone) {  // requirement 4.2
  const json pod = made(R"({"metadata":{"labels":{"app":"agent"}},"spec":{}})", "agent", std::nullopt);
  EXPECT_FALSE(pod["metadata"]["labels"].contains("pod-template-generation"));
}

TEST(PodBody, ReadsTheGenerationAsANumber) {  // requirement 4.2
  const std::vector<std::pair<std::string, std::optional<std::int64_t>>> cases{
      {"7", 7}, {"007", 7}, {"-1", -1}, {"", {}}, {"x", {}}, {"1x", {}}, {"99999999999999999999", {}}};
  for (const auto& [text, number] : cases) {
    DaemonSet set = support::daemon_set();
    set.annotations.set(template_generation_annotation, text);
    EXPECT_EQ(set.template_generation(), number) << text;
  }
}

TEST(PodBody, LeavesTheDashOutOfAPrefixThatWouldBeTooLong) {  // requirement 4.1
  const std::string text = R"({"metadata":{"labels":{"app":"agent"}},"spec":{}})";
  EXPECT_EQ(made(text, std::string(252, 'a'))["metadata"]["generateName"], std::string(252, 'a') + "-");
  EXPECT_EQ(made(text, std::string(253, 'a'))["metadata"]["generateName"], std::string(253, 'a'));
}

TEST(PodBody, KeepsFieldsThatNobodyKnowsYet) {
  const json spec = made_with(R"({"containers":[{"name":"c","next":{"year":[1,2.5,null]}}],"nextYear":{"x":[{}]},
    "big":9223372036854775807,"tolerations":[{"key":"k","operator":"Exists","future":1}],
    "affinity":{"podAffinity":{"p":1},"future":{"f":1},"nodeAffinity":{"future":2}}})");
  EXPECT_EQ(spec["containers"], json::parse(R"([{"name":"c","next":{"year":[1,2.5,null]}}])"));
  EXPECT_EQ(spec["nextYear"], json::parse(R"({"x":[{}]})"));
  EXPECT_EQ(spec["big"].dump(), "9223372036854775807");
  EXPECT_EQ(spec["tolerations"][0], json::parse(R"({"key":"k","operator":"Exists","future":1})"));
  EXPECT_EQ(spec["affinity"]["future"], json::parse(R"({"f":1})"));
  EXPECT_EQ(spec["affinity"]["nodeAffinity"]["future"], 2);
}

TEST(PodBody, PassesTheTemplatesNodeNameOn) {  // requirement 4.3
  EXPECT_EQ(made_with(R"({"nodeName":"n1"})")["nodeName"], "n1");
  EXPECT_FALSE(made_with("{}").contains("nodeName"));
  EXPECT_EQ(made_with(R"({"nodeSelector":{"zone":"a"}})")["nodeSelector"], json::parse(R"({"zone":"a"})"));
}

TEST(PodBody, IsNotMadeFromATemplateWithoutLabels) {  // requirement 4.4
  EXPECT_EQ(made(R"({"metadata":{},"spec":{}})"), "body: unable to create pods, no labels");
  EXPECT_EQ(made(R"({"metadata":{"labels":{}},"spec":{}})"), "body: unable to create pods, no labels");
  EXPECT_EQ(made(R"({"spec":{}})"), "body: unable to create pods, no labels");
}

TEST(PodBody, IsPinnedWhateverTheTemplatesAffinity) {  // requirement 4.5
  const json preferred =
      json::parse(R"([{"weight":1,"preference":{"matchExpressions":[{"key":"x","operator":"Exists"}]}}])");
  const json pods = json::parse(R"({"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":2}]})");
  const json own_terms = json::parse(R"({"nodeSelectorTerms":[{"matchExpressions":[{"key":"zone","operator":"Exists"}]},
    {"matchFields":[{"key":"metadata.name","operator":"In","values":["n9"]}]}]})");
  const json with_preferred = {{required, target}, {"preferredDuringSchedulingIgnoredDuringExecution", preferred}};
  const std::vector<std::pair<json, json>> cases{
      {nullptr, {{"nodeAffinity", {{required, target}}}}},
      {json::object(), {{"nodeAffinity", {{required, target}}}}},
      {{{"podAffinity", pods}, {"podAntiAffinity", pods}},
       {{"podAffinity", pods}, {"podAntiAffinity", pods}, {"nodeAffinity", {{required, target}}}}},
      {{{"nodeAffinity", nullptr}, {"podAffinity", pods}},
       {{"podAffinity", pods}, {"nodeAffinity", {{required, target}}}}},
      {{{"nodeAffinity", {{"preferredDuringSchedulingIgnoredDuringExecution", preferred}}}},
       {{"nodeAffinity", with_preferred}}},
      {{{"nodeAffinity", {{required, own_terms}, {"preferredDuringSchedulingIgnoredDuringExecution", preferred}}}},
       {{"nodeAffinity", with_preferred}}},
      {{{"nodeAffinity", {{required, nullptr}}}}, {{"nodeAffinity", {{required, target}}}}},
  };
  for (const auto& [affinity, expected] : cases) {
    EXPECT_EQ(made_with(json{{"affinity", affinity}}.dump())["affinity"], expected) << affinity;
  }
  EXPECT_EQ(made_with("{}")["affinity"], (json{{"nodeAffinity", {{required, target}}}}));
}

TEST(PodBody, HasTheDefaultTolerationsMergedIn) {  // requirements 3.2 and 4.3
  const json list = made_with(R"({"tolerations":[{"key":"a","operator":"Exists"},
    {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":60}]})")
      ["tolerations"];
  ASSERT_EQ(list.size(), 7U);
  EXPECT_EQ(list[0], json::parse(R"({"key":"a","operator":"Exists"})"));
  EXPECT_EQ(list[1], json::parse(R"({"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute"})"));
  EXPECT_EQ(list[6],
            json::parse(R"({"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule"})"));
  EXPECT_EQ(made_with(R"({"tolerations":null})")["tolerations"].size(), 6U);
}

TEST(PodBody, IsReadAsAPodForItsNode) {  // requirement 4.6
  const auto read = read_template(R"({"metadata":{"labels":{"app":"<&>"}},"spec":{}})");
  ASSERT_TRUE(read);
  const auto body = PodBody::make(*read, {.name = "agent", .uid = "ds-1"}, "h1", 1);
  ASSERT_TRUE(body);
  codec::Document document;
  const auto pod = read_daemon_pod(body->for_node("agent-abcde", "node-\"1\""), document);
  ASSERT_TRUE(pod) << pod.error().text();
  EXPECT_EQ(pod->target_node, "node-\"1\"");
  EXPECT_EQ(pod->node_name, "");
  EXPECT_EQ(pod->name, "agent-abcde");
  EXPECT_EQ(pod->labels.get("app"), "<&>");
  EXPECT_EQ(pod->controller, (ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-1"}));
}

TEST(RevisionData, IsTheCanonicalTemplateWithItsPatchStrategy) {  // requirement 9.1
  const auto read = read_template(R"({"spec":{"b":"<","a":1},"metadata":{"labels":{"app":"x"}}})");
  ASSERT_TRUE(read);
  EXPECT_EQ(
      revision_data(*read),
      R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"x"}},"spec":{"a":1,"b":"\u003c"}}}})");
  EXPECT_EQ(revision_data(*read_template("{}")), R"({"spec":{"template":{"$patch":"replace"}}})");
}

TEST(RevisionData, HasTheTolerationsOfTheTemplateOnly) {  // requirement 3.3
  const auto read = read_template(R"({"spec":{"tolerations":[{"key":"k","operator":"Exists"}]}})");
  ASSERT_TRUE(read);
  EXPECT_GT(read->rules.tolerations.size(), 1U) << "its pods get the defaults too";
  EXPECT_EQ(revision_data(*read),
            R"({"spec":{"template":{"$patch":"replace","spec":{"tolerations":[{"key":"k","operator":"Exists"}]}}}})");
}

TEST(Template, SaysWhatIsWrongWithIt) {
  EXPECT_EQ(read_template(R"({"spec":{"tolerations":[{"key":1}]}})").error().text(),
            "spec.tolerations[0].key: expected a string");
  EXPECT_EQ(read_template(R"({"spec":{"nodeSelector":{"zone":true}}})").error().text(),
            "spec.nodeSelector.zone: expected a string");
  EXPECT_FALSE(read_template("[]"));
  EXPECT_FALSE(read_template("{"));
}

TEST(Template, OutlivesTheTextThatItWasReadFrom) {
  auto text =
      std::make_unique<std::string>(R"({"spec":{"nodeName":"n1","nodeSelector":{"zone":"a"},"tolerations":[{"key":"k"}],
    "affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}]}}}}})");
  const PodTemplate copy = *read_template(*text);
  text.reset();
  EXPECT_EQ(copy.rules.node_name, "n1");
  EXPECT_EQ(copy.rules.node_selector.front().second, "a");
  EXPECT_EQ(copy.rules.tolerations.front().key, "k");
  EXPECT_EQ((*copy.rules.required->terms)[0].match_fields->front().values.front(), "n1");
}

TEST(PodName, IsTheDaemonSetsWithFiveCharacters) {
  const std::string name = daemonset::pod_name("agent", 42, 0);
  EXPECT_EQ(name.size(), 11U);
  EXPECT_TRUE(name.starts_with("agent-"));
  EXPECT_EQ(name, daemonset::pod_name("agent", 42, 0));
  EXPECT_NE(name, daemonset::pod_name("agent", 42, 1));
  EXPECT_NE(name, daemonset::pod_name("agent", 43, 0));
}

TEST(PodName, IsAtMost63CharactersLong) {  // as generateName makes it; a host is named after its pod
  EXPECT_EQ(daemonset::pod_name(std::string(57, 'a'), 1, 0).size(), 63U);
  EXPECT_EQ(daemonset::pod_name(std::string(57, 'a'), 1, 0)[57], '-');
  const std::string longest = daemonset::pod_name(std::string(253, 'a'), 1, 0);
  EXPECT_EQ(longest.size(), 63U);
  EXPECT_TRUE(longest.starts_with(std::string(58, 'a')));
}

TEST(PodName, SeldomRepeatsItself) {
  std::set<std::string> names;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) names.insert(daemonset::pod_name("agent", seed, 0));
  EXPECT_GE(names.size(), 1998U);  // of 14 million
  names.clear();
  for (unsigned attempt = 0; attempt < 2000; ++attempt) names.insert(daemonset::pod_name("agent", 42, attempt));
  EXPECT_GE(names.size(), 1998U);
}

}  // namespace
}  // namespace everynode::objects
