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
  EXPECT_EQ(refused(""), "expected a Pod or an AdmissionReview, got neither");
  EXPECT_EQ(refused("kind: DaemonSet"), "expected a Pod or an AdmissionReview, got kind \"DaemonSet\"");
  EXPECT_NE(refused("{\"kind\":").find("not JSON"), std::string::npos);
  EXPECT_NE(refused("a: [").find("not YAML"), std::string::npos);
  EXPECT_NE(refused("{\"kind\":7}"), "");
  EXPECT_EQ(refused("kind: Pod\nspec: {tolerations: 5}"), "spec.tolerations: expected an array");
}

}  // namespace
}  // namespace everynode::cli
