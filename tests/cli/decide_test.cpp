#include "everynode/cli/decide.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace everynode::cli {
namespace {

using nlohmann::json;

const std::string pod_yaml =
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n  ownerReferences:\n  - {apiVersion: apps/v1, kind: DaemonSet, "
    "name: agent, uid: u, controller: true}\n"
    "spec:\n  nodeName: n1\n";

DecideAnswer decided(const std::string& input, DecideOutput output, bool exit_code = false) {
  const auto answer =
      decide_input(input, {}, {.output = output, .config = {}, .network_unavailable = {}, .exit_code = exit_code});
  EXPECT_TRUE(answer) << answer.error();
  return answer.value_or(DecideAnswer{});
}

std::string refused(const std::string& input) {
  const auto answer = decide_input(input, {}, {});
  return answer ? "" : answer.error();
}

TEST(DecideVerb, PrintsThePatchAndThePatchedPod) {
  const json patch = json::parse(decided(pod_yaml, DecideOutput::patch).text);
  EXPECT_EQ(patch.size(), 2U);
  const json pod = json::parse(decided(pod_yaml, DecideOutput::pod).text);
  EXPECT_EQ(pod["spec"]["tolerations"].size(), 2U);
  EXPECT_EQ(json::parse(decided(pod.dump(), DecideOutput::patch).text), json::array());
  EXPECT_EQ(json::parse(decided(pod_yaml, DecideOutput::review).text)["response"]["patchType"], "JSONPatch");
}

TEST(DecideVerb, TellsResultsApartByExitCodeWhereAsked) {
  const std::string patched = decided(pod_yaml, DecideOutput::pod).text;
  EXPECT_EQ(decided(pod_yaml, DecideOutput::patch, true).exit_code, 0);
  EXPECT_EQ(decided(patched, DecideOutput::patch, true).exit_code, 3);
  EXPECT_EQ(decided("kind: Pod", DecideOutput::patch, true).exit_code, 4);
  EXPECT_EQ(decided("kind: Pod", DecideOutput::patch).exit_code, 0);
}

TEST(DecideVerb, SaysWhyInputIsNeither) {
  EXPECT_EQ(refused(""), "expected a Pod or an AdmissionReview, got nothing");
  EXPECT_EQ(refused("a: b"), "expected a Pod or an AdmissionReview, got neither");
  EXPECT_EQ(refused("kind: DaemonSet"), "expected a Pod or an AdmissionReview, got kind \"DaemonSet\"");
  EXPECT_EQ(refused("{\"kind\":"), "line 1, column 9: unexpected end of input; expected '[', '{', or a literal");
  EXPECT_EQ(refused("a: ["), "line 1, column 5: did not find expected node content");
  EXPECT_NE(refused("{\"kind\":7}"), "");
  EXPECT_EQ(refused("kind: Pod\nspec: {tolerations: 5}"), "spec.tolerations: expected an array");
}

std::string pod_named(const std::string& name, const std::string& node) {
  return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name +
         "\n  ownerReferences: [{apiVersion: apps/v1, kind: DaemonSet, name: agent, uid: u, controller: true}]\nspec: "
         "{nodeName: " +
         node + "}\n";
}

std::string item_of(std::string pod) {
  for (auto at = pod.find('\n'); at + 1 < pod.size(); at = pod.find('\n', at + 1)) pod.insert(at + 1, "  ");
  return "- " + pod;
}

TEST(DecideVerb, DecidesAboutEachDocumentInOrder) {
  const std::string two = pod_named("a", "n1") + "---\n# nothing\n---\n" + pod_named("b", "n2");
  const DecideAnswer answer = decided(two, DecideOutput::explain);
  EXPECT_TRUE(answer.text.starts_with("1 of 2\npod:         a of DaemonSet agent\n")) << answer.text;
  EXPECT_NE(answer.text.find("\n\n2 of 2\npod:         b of DaemonSet agent\n"), std::string::npos) << answer.text;
  EXPECT_LT(answer.text.find("n1 ("), answer.text.find("n2 ("));
  EXPECT_EQ(answer.summary, "2 objects: 2 patched");
  EXPECT_EQ(decided(pod_yaml, DecideOutput::explain).summary, "");
}

TEST(DecideVerb, PrintsAStreamThatItReadsItself) {
  const std::string two = pod_named("a", "n1") + "---\n" + pod_named("b", "n2");
  const DecideAnswer pods = decided(two, DecideOutput::pod);
  const DecideAnswer again = decided(pods.text, DecideOutput::patch);
  EXPECT_EQ(again.text, "[]\n[]\n");
  EXPECT_EQ(again.summary, "2 objects: 2 unchanged");
}

TEST(DecideVerb, TakesListsAndPassesOtherKindsOver) {
  const std::string list = "apiVersion: v1\nkind: List\nitems:\n" + item_of(pod_named("a", "n1")) +
                           "- {apiVersion: v1, kind: Service}\n- {kind: List, items: [" + "{kind: Pod}]}\n";
  EXPECT_EQ(decided(list, DecideOutput::patch).summary,
            "2 objects: 1 patched, 1 skipped; passed over: 1 of other kinds");
  const std::string pods = "{\"kind\":\"PodList\",\"apiVersion\":\"v1\",\"items\":[{\"spec\":{}}]}";
  const json pod = json::parse(decided(pods, DecideOutput::pod).text);
  EXPECT_EQ(decided(pods, DecideOutput::pod).summary, "1 object: 1 skipped");
  EXPECT_EQ(pod["kind"], "Pod");
  EXPECT_EQ(pod["apiVersion"], "v1");
}

TEST(DecideVerb, SaysWhichObjectIsWrongAndDecidesNothing) {
  EXPECT_EQ(refused(pod_yaml + "---\nkind: Pod\nspec: {tolerations: 5}\n"),
            "document 2 (line 10): spec.tolerations: expected an array");
  EXPECT_EQ(refused("kind: List\nitems:\n- {kind: Pod}\n- {kind: Pod, spec: 1}\n"),
            "items[1]: spec: expected an object");
  EXPECT_EQ(refused(pod_yaml + "---\n{kind: PodList, items: [{spec: 1}]}\n"),
            "document 2 (line 10), items[0]: spec: expected an object");
  EXPECT_EQ(refused(pod_yaml + "---\na: 1\n"),
            "document 2 (line 10): expected a Pod or an AdmissionReview, got neither");
  EXPECT_EQ(refused("kind: List\nitems: []\n"), "expected a Pod or an AdmissionReview, got nothing");
  EXPECT_EQ(refused("kind: Service\n---\nkind: DaemonSet\n"),
            "expected a Pod or an AdmissionReview, got kind \"DaemonSet\", kind \"Service\"");
}

TEST(DecideVerb, ExitsWithTheGreatestCodeOfSeveral) {
  const std::string patched = decided(pod_yaml, DecideOutput::pod).text;
  EXPECT_EQ(decided(pod_yaml + "---\n" + pod_yaml, DecideOutput::patch, true).exit_code, 0);
  EXPECT_EQ(decided(pod_yaml + "---\n" + patched, DecideOutput::patch, true).exit_code, 3);
  EXPECT_EQ(decided(pod_yaml + "---\nkind: Pod\n---\n" + patched, DecideOutput::patch, true).exit_code, 4);
}

/// RFC 8259, section 7: a key may be written with escapes, and is the same key.
TEST(DecideVerb, SeesKeysThatAreWrittenWithEscapes) {
  const std::string pod =
      R"({"kind":"Pod","met\u0061data":{"name":"a","annotations":{"everynode.dev\/node":"n7"},"ownerReferences":[)"
      R"({"apiVersion":"apps\/v1","k\u0069nd":"DaemonSet","name":"agent","uid":"u","controller":true}]},"spec":{}})";
  EXPECT_NE(decided(pod, DecideOutput::explain).text.find("pinned to n7 (from annotation everynode.dev/node)"),
            std::string::npos);
}

}  // namespace
}  // namespace everynode::cli
