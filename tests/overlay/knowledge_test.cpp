#include "everynode/overlay/knowledge.hpp"

#include <gtest/gtest.h>
#include <malloc.h>

namespace everynode::overlay {
namespace {

DaemonSetOverlay overlay_with(const std::string& name, const std::string& spec = "") {
  codec::Document document;
  return read_overlay(R"({"metadata":{"namespace":"n","name":")" + name + R"("},"spec":{"daemonSets":{})" + spec + "}}",
                      document)
      .value();
}

std::string by_label(const std::string& key) {
  return R"(,"nodes":{"matchExpressions":[{"key":")" + key + R"(","operator":"Exists"}]})";
}

Node node_with(const std::string& name, objects::Labels labels, objects::Labels annotations = {}) {
  return {.name = name,
          .labels = std::move(labels),
          .annotations = std::move(annotations),
          .allocatable = {{"cpu", *parse_quantity("4")}, {"example.com/gpu", *parse_quantity("1")}}};
}

void list_nodes(Knowledge& knowledge, const std::vector<Node>& nodes) {
  knowledge.begin_nodes();
  for (const Node& node : nodes) knowledge.listed(node);
  knowledge.end_nodes();
}

TEST(Knowledge, KeepsOfNodesWhatOverlaysAskFor) {
  Knowledge knowledge;
  knowledge.put(overlay_with("o", by_label("gpu") +
                                      R"(,"containers":[{"name":"*","env":[)"
                                      R"({"name":"A","nodeLabel":"zone"},{"name":"B","nodeAnnotation":"rack"}]}])"));
  list_nodes(knowledge,
             {node_with("n1", {{"gpu", "y"}, {"zone", "a"}, {"rack", "label"}}, {{"rack", "7"}, {"gpu", "z"}})});
  const Known known = knowledge.known();
  const Node* const node = known.nodes.find("n1");
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->labels, (objects::Labels{{"gpu", "y"}, {"zone", "a"}}));
  EXPECT_EQ(node->annotations, (objects::Labels{{"rack", "7"}}));
  EXPECT_NE(node->allocatable_of("cpu"), nullptr);
  EXPECT_EQ(node->allocatable_of("example.com/gpu"), nullptr);
}

TEST(Knowledge, HoldsAnOverlayBackUntilNodesAreListedWithWhatItAsksFor) {
  Knowledge knowledge;
  list_nodes(knowledge, {node_with("n1", {{"gpu", "y"}})});
  EXPECT_TRUE(knowledge.put(overlay_with("everywhere")));
  EXPECT_FALSE(knowledge.nodes_lack_keys());
  EXPECT_TRUE(knowledge.put(overlay_with("gpu", by_label("gpu"))));
  EXPECT_TRUE(knowledge.nodes_lack_keys());
  ASSERT_EQ(knowledge.known().catalog.of("n").size(), 1U);
  EXPECT_EQ(knowledge.known().catalog.of("n")[0].name, "everywhere");

  knowledge.expect_nodes();
  EXPECT_FALSE(knowledge.nodes_lack_keys()) << "the next list is on its way";
  knowledge.begin_nodes();
  knowledge.listed(node_with("n1", {{"gpu", "y"}}));
  EXPECT_EQ(knowledge.known().catalog.of("n").size(), 1U) << "the list is not complete";
  knowledge.end_nodes();
  EXPECT_FALSE(knowledge.nodes_lack_keys());
  EXPECT_EQ(knowledge.known().catalog.of("n").size(), 2U);
  EXPECT_EQ(knowledge.known().nodes.find("n1")->labels.get("gpu"), "y");
}

TEST(Knowledge, KeepsAnOverlayInForceAsItWasUntilNodesAreListedForWhatItAsksForNow) {
  Knowledge knowledge;
  knowledge.put(overlay_with("o", by_label("gpu")));
  knowledge.put(overlay_with("gone"));
  list_nodes(knowledge, {node_with("n1", {{"gpu", "y"}, {"zone", "a"}, {"rack", "7"}})});
  const auto asks_for = [&] {
    const Known known = knowledge.known();
    const auto overlays = known.catalog.of("n");
    return overlays.empty() || !overlays.back().nodes ? "" : overlays.back().nodes->requirements.front().key;
  };
  EXPECT_TRUE(knowledge.put(overlay_with("o", by_label("zone"))));
  knowledge.put(overlay_with("gone", by_label("zone")));
  EXPECT_EQ(asks_for(), "gpu");
  EXPECT_TRUE(knowledge.nodes_lack_keys());
  knowledge.begin_nodes();
  knowledge.listed(node_with("n1", {{"gpu", "y"}, {"zone", "a"}, {"rack", "7"}}));
  EXPECT_TRUE(knowledge.put(overlay_with("o", by_label("rack")))) << "while the list is on its way";
  EXPECT_EQ(asks_for(), "gpu");
  EXPECT_TRUE(knowledge.remove_overlay("n", "gone"));
  knowledge.end_nodes();
  EXPECT_EQ(asks_for(), "gpu") << "the list was for what is not asked for any more";
  EXPECT_TRUE(knowledge.nodes_lack_keys());
  EXPECT_EQ(knowledge.known().catalog.of("n").size(), 1U);
  knowledge.begin_overlays();
  knowledge.listed(overlay_with("o", by_label("rack")));
  knowledge.end_overlays();
  EXPECT_EQ(asks_for(), "gpu");
  list_nodes(knowledge, {node_with("n1", {{"rack", "7"}})});
  EXPECT_EQ(asks_for(), "rack");
  EXPECT_FALSE(knowledge.nodes_lack_keys());
  EXPECT_TRUE(knowledge.put(overlay_with("o", by_label("gpu"))));
  EXPECT_TRUE(knowledge.remove_overlay("n", "o"));
  EXPECT_EQ(asks_for(), "");
  EXPECT_EQ(knowledge.known().catalog.of("n").size(), 0U);
}

TEST(Knowledge, ListsNodesOnceMoreForAnOverlayThatCameDuringAList) {
  Knowledge knowledge;
  knowledge.begin_nodes();
  knowledge.put(overlay_with("gpu", by_label("gpu")));
  EXPECT_FALSE(knowledge.nodes_lack_keys());
  knowledge.end_nodes();
  EXPECT_TRUE(knowledge.nodes_lack_keys());
}

TEST(Knowledge, TakesForNewsOnlyWhatChangesAPod) {
  Knowledge knowledge;
  EXPECT_TRUE(knowledge.put(overlay_with("o", by_label("gpu"))));
  list_nodes(knowledge, {node_with("n1", {{"gpu", "y"}})});
  EXPECT_FALSE(knowledge.put(node_with("n1", {{"gpu", "y"}, {"other", "new"}}))) << "a heartbeat";
  EXPECT_TRUE(knowledge.put(node_with("n1", {{"gpu", "n"}})));
  EXPECT_TRUE(knowledge.put(node_with("n2", {})));
  EXPECT_TRUE(knowledge.remove_node("n2"));
  EXPECT_FALSE(knowledge.remove_node("n2"));
  DaemonSetOverlay newer = overlay_with("o", by_label("gpu"));
  newer.resource_version = "9";
  EXPECT_FALSE(knowledge.put(newer));
  EXPECT_TRUE(knowledge.remove_overlay("n", "o"));
  EXPECT_FALSE(knowledge.remove_overlay("n", "o"));
  EXPECT_TRUE(knowledge.put("polite", {.value = 1}));
  EXPECT_FALSE(knowledge.put("polite", {.value = 1}));
  EXPECT_TRUE(knowledge.put("polite", {.value = 2}));
  EXPECT_EQ(knowledge.known().catalog.priority_class("polite")->value, 2);
}

TEST(Knowledge, ForgetsWhatAListDoesNotHaveAndKeepsWhatCannotBeRead) {
  Knowledge knowledge;
  for (const char* const name : {"gone", "unreadable"}) knowledge.put(overlay_with(name));
  list_nodes(knowledge, {node_with("gone", {}), node_with("unreadable", {})});
  knowledge.begin_overlays();
  knowledge.listed(overlay_with("new"));
  knowledge.keep_overlay("n", "unreadable");
  knowledge.keep_overlay("n", "never-known");
  knowledge.end_overlays();
  knowledge.begin_nodes();
  knowledge.keep_node("unreadable");
  knowledge.keep_node("never-known");
  knowledge.end_nodes();
  const Known known = knowledge.known();
  ASSERT_EQ(known.catalog.of("n").size(), 2U);
  EXPECT_EQ(known.catalog.of("n")[0].name, "new");
  EXPECT_EQ(known.catalog.of("n")[1].name, "unreadable");
  EXPECT_EQ(known.nodes.find("gone"), nullptr);
  EXPECT_NE(known.nodes.find("unreadable"), nullptr);
  EXPECT_EQ(known.nodes.size(), 1U);
}

/// As a cloud names them, with labels that two overlays ask for.
TEST(Knowledge, KeepsThousandsOfNodesInFewMegabytes) {
  constexpr std::size_t count = 5000;
  Knowledge knowledge;
  knowledge.put(overlay_with("zone", by_label("topology.kubernetes.io/zone")));
  knowledge.put(overlay_with("type", by_label("node.kubernetes.io/instance-type")));
  const std::size_t before = mallinfo2().uordblks;
  knowledge.begin_nodes();
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "ip-10-20-" + std::to_string(i) + ".eu-central-1.compute.internal";
    Node node = node_with(name, {{"kubernetes.io/hostname", name},
                                 {"node.kubernetes.io/instance-type", "m7i.48xlarge"},
                                 {"topology.kubernetes.io/zone", "eu-central-1a"}});
    for (const char* const resource : {"ephemeral-storage", "memory", "pods"})
      node.allocatable.emplace_back(resource, *parse_quantity("110"));
    knowledge.listed(node);
  }
  knowledge.end_nodes();
  EXPECT_EQ(knowledge.nodes(), count);
  EXPECT_LT(mallinfo2().uordblks - before, std::size_t{4} * 1024 * 1024);
}

/// Workers read one state while the next one is made.
TEST(Nodes, ChangeWithoutChangingTheirCopies) {
  Nodes nodes;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(nodes.put(node_with("n" + std::to_string(i), {{"i", std::to_string(i)}})));
  const Nodes before = nodes;
  EXPECT_TRUE(nodes.put(node_with("n7", {{"i", "changed"}})));
  EXPECT_TRUE(nodes.remove("n8"));
  EXPECT_EQ(before.find("n7")->labels.get("i"), "7");
  EXPECT_NE(before.find("n8"), nullptr);
  EXPECT_EQ(nodes.find("n7")->labels.get("i"), "changed");
  EXPECT_EQ(nodes.find("n8"), nullptr);
  EXPECT_EQ(before.size(), 1000U);
  EXPECT_EQ(nodes.size(), 999U);
  EXPECT_EQ(before.find("n9"), nodes.find("n9")) << "they share what did not change";
}

}  // namespace
}  // namespace everynode::overlay
