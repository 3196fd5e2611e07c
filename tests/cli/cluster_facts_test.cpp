#include "cli/cluster_facts.hpp"

#include <gtest/gtest.h>

#include <fstream>

namespace everynode::cli {
namespace {

const std::string head = "apiVersion: everynode.dev/v1alpha1\nkind: DaemonSetOverlay\n";
const std::string any_spec = "spec: {daemonSets: {}}\n";

std::string overlay_named(const std::string& metadata) {
  return head + "metadata: " + metadata + "\n" + any_spec;
}

std::string problem_with(const std::string& overlays) {
  const auto facts = read_facts("", overlays, "nodes.yaml", "ov.yaml");
  return facts ? "" : facts.error();
}

TEST(ClusterFacts, ThatAreWrongNameTheFileAndTheOverlay) {
  const std::string container =
      "spec: {daemonSets: {}, containers: [{name: c, resources: {requests: {cpu: {base: x}}}}]}";
  const std::string bad = head + "metadata: {name: big, namespace: agents}\n" + container + "\n";
  EXPECT_TRUE(problem_with(bad).starts_with("ov.yaml: DaemonSetOverlay agents/big: spec: containers[0]"))
      << problem_with(bad);
  const std::string second = overlay_named("{name: a}") + "---\n" + bad;
  EXPECT_TRUE(problem_with(second).starts_with("ov.yaml: document 2 (line 6): DaemonSetOverlay agents/big: spec: "))
      << problem_with(second);
  EXPECT_EQ(problem_with(head + any_spec), "ov.yaml: metadata.name is missing");
  const auto nodes = read_facts("kind: Node\nmetadata: {name: n1}\nstatus: {allocatable: {cpu: x}}", "", "nodes.yaml");
  ASSERT_FALSE(nodes);
  EXPECT_TRUE(nodes.error().starts_with("nodes.yaml: Node n1: status.allocatable")) << nodes.error();
}

TEST(ClusterFacts, OfAFileNameIt) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "everynode-cluster-facts.yaml";
  std::ofstream(file) << head << "metadata: {name: a}\n";
  const auto facts = load_facts({}, file);
  std::filesystem::remove(file);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error(), file.string() + ": DaemonSetOverlay default/a: spec is missing");
}

TEST(ClusterFacts, HoldNoOverlayThatTheApiServerRefuses) {
  EXPECT_EQ(
      problem_with("apiVersion: everynode.dev/v1\nkind: DaemonSetOverlay\nmetadata: {name: a}\n" + any_spec),
      "ov.yaml: DaemonSetOverlay default/a: expected the apiVersion everynode.dev/v1alpha1, got \"everynode.dev/v1\"");
  EXPECT_EQ(problem_with(overlay_named("{name: A_b}")),
            "ov.yaml: DaemonSetOverlay default/A_b: metadata.name: expected a DNS subdomain");
  EXPECT_EQ(problem_with(overlay_named("{name: a}") + "---\n" + overlay_named("{name: a, namespace: default}")),
            "ov.yaml: document 2 (line 6): DaemonSetOverlay default/a: the same overlay again");
  EXPECT_EQ(problem_with(overlay_named("{name: a}") + "---\n" + overlay_named("{name: a, namespace: b}")), "");
}

// As kubectl would create them.
TEST(ClusterFacts, WithoutANamespaceAreInDefault) {
  for (const std::string metadata : {"{name: a}", "{name: a, namespace: default}"}) {
    const auto facts = read_facts("", overlay_named(metadata));
    ASSERT_TRUE(facts) << facts.error();
    for (const std::string of_pod : {"default", ""}) EXPECT_EQ(facts->overlays.of(of_pod).size(), 1U) << of_pod;
    EXPECT_TRUE(facts->overlays.of("agents").empty());
  }
}

}  // namespace
}  // namespace everynode::cli
