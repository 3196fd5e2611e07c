// Switches for where pods go: section 16 of the requirements.
#include "everynode/objects/switches.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/objects/eligibility.hpp"

namespace everynode::objects {
namespace {

Switches said(std::string_view annotation, std::string_view value) {
  return read_switches({{std::string(annotation), std::string(value)}});
}

/// "run", "stay" or "go", and whether a switch holds what is there.
std::string judged(const DaemonSet& set, const Node& node) {
  const Placement placement = place(set, node);
  EXPECT_EQ(placement.misfit == Misfit::none, placement.should_run);
  const std::string held = placement.held ? ", held" : "";
  if (placement.should_run) return (placement.should_continue ? "run" : "nonsense") + held;
  return (placement.should_continue ? "stay" : "go") + held;
}

DaemonSet with(std::string_view placement) {
  DaemonSet set = support::daemon_set();
  set.annotations.set(placement_annotation, placement);
  set.switches = read_switches(set.annotations);
  return set;
}

Node excluding(std::string_view list) {
  Node node = support::node("n1");
  node.exclude = std::string(list);
  return node;
}

TEST(Switches, SaysNothingWithoutAnnotations) {
  EXPECT_EQ(read_switches({{"other", "true"}}), Switches{});
  EXPECT_FALSE(Switches{}.any());
}

TEST(Switches, SuspendsByTheWordTrueOnly) {  // requirements 16.3 and 16.4
  EXPECT_TRUE(said(suspend_annotation, "true").suspended);
  EXPECT_EQ(said(suspend_annotation, "false"), Switches{});
  for (const std::string_view typo : {"True", "yes", "1", "", "true "}) {
    const Switches read = said(suspend_annotation, typo);
    EXPECT_FALSE(read.suspended) << typo;
    EXPECT_TRUE(read.suspends()) << typo;
    EXPECT_EQ(read.mistake,
              "annotation everynode.dev/suspend is \"" + std::string(typo) + "\", neither true nor false");
  }
}

TEST(Switches, ReadsAListOfPlacements) {  // requirement 16.2
  const Switches both = said(placement_annotation, "no-virtual-nodes, no-cordoned-nodes");
  EXPECT_TRUE(both.no_virtual_nodes && both.no_cordoned_nodes && !both.suspends());
  EXPECT_TRUE(said(placement_annotation, "no-cordoned-nodes").no_cordoned_nodes);
  EXPECT_FALSE(said(placement_annotation, "no-cordoned-nodes").no_virtual_nodes);
}

TEST(Switches, NamesWhatItDoesNotUnderstand) {  // requirement 16.4
  for (const std::string_view typo :
       {"no-virtual-node", "no-virtual-nodes,", "", "no-virtual-nodes no-cordoned-nodes"}) {
    const Switches read = said(placement_annotation, typo);
    EXPECT_TRUE(read.suspends()) << typo;
    EXPECT_EQ(read.mistake, "annotation everynode.dev/placement is \"" + std::string(typo) +
                                "\", no list of no-virtual-nodes and no-cordoned-nodes");
  }
  EXPECT_EQ(read_switches({{std::string(suspend_annotation), "no"}, {std::string(placement_annotation), "x"}}).mistake,
            "annotation everynode.dev/suspend is \"no\", neither true nor false; annotation everynode.dev/placement is "
            "\"x\", no list of no-virtual-nodes and no-cordoned-nodes");
  EXPECT_LT(said(suspend_annotation, std::string(5000, 'x')).mistake.size(), 200U);
}

TEST(Switches, ExcludesByName) {  // requirement 16.1
  const auto read = [](std::string_view list) { return read_exclusion(list, "default", "agent"); };
  EXPECT_EQ(read("*"), Exclusion::excluded);
  EXPECT_EQ(read("agent"), Exclusion::excluded);
  EXPECT_EQ(read("other, default/agent"), Exclusion::excluded);
  EXPECT_EQ(read("other,kube-system/agent,agents"), Exclusion::none);
  for (const std::string_view typo :
       {"", "agent,", "*,agent", "Agent", "default/agent/x", "agent other", "default/*"}) {
    EXPECT_EQ(read(typo), Exclusion::not_understood) << typo;
    EXPECT_EQ(mistake_in_exclusion(typo), "annotation everynode.dev/exclude is \"" + std::string(typo) +
                                              "\", neither \"*\" nor a list of DaemonSets (NAME or NAMESPACE/NAME)");
  }
  EXPECT_EQ(mistake_in_exclusion("a,b/c"), "");
}

TEST(Eligibility, RemovesPodsFromNodesThatExcludeThem) {  // requirement 16.1
  EXPECT_EQ(judged(support::daemon_set(), excluding("agent")), "go");
  EXPECT_EQ(judged(support::daemon_set(), excluding("others")), "run");
  EXPECT_EQ(explain_switch(Misfit::excluded, excluding("*")),
            "the node excludes it (annotation everynode.dev/exclude)");
}

TEST(Eligibility, HoldsWhatANodeSaysInWordsThatNobodyUnderstands) {  // requirement 16.4
  EXPECT_EQ(judged(support::daemon_set(), excluding("Agent")), "run, held");
  Node sick = excluding("Agent");
  sick.taints = {{.key = "sick", .value = "", .effect = "NoExecute"}};
  EXPECT_EQ(judged(support::daemon_set(), sick), "go, held");
  EXPECT_EQ(explain_switch(Misfit::not_understood, sick),
            "the node's annotation everynode.dev/exclude is \"Agent\", neither \"*\" nor a list of DaemonSets (NAME or "
            "NAMESPACE/NAME)");
}

TEST(Eligibility, LeavesOutVirtualNodes) {  // requirement 16.2
  const Node kubelet = support::node("n1", {{"type", "virtual-kubelet"}});
  const Node fargate = support::node("n1", {{"eks.amazonaws.com/compute-type", "fargate"}});
  const Node provider =
      support::node("n1", {}, {{.key = "virtual-kubelet.io/provider", .value = "azure", .effect = "PreferNoSchedule"}});
  for (const Node& node : {kubelet, fargate, provider}) {
    EXPECT_EQ(judged(with("no-virtual-nodes"), node), "go");
    EXPECT_EQ(judged(with("no-cordoned-nodes"), node), "run");
    EXPECT_EQ(judged(support::daemon_set(), node), "run");
  }
  EXPECT_EQ(judged(with("no-virtual-nodes"), support::node("n1", {{"type", "other"}})), "run");
}

TEST(Eligibility, HoldsPodsOnCordonedNodes) {  // requirement 16.2
  Node cordoned = support::node("n1");
  cordoned.unschedulable = true;
  EXPECT_EQ(judged(with("no-cordoned-nodes"), cordoned), "stay, held");
  EXPECT_EQ(judged(with("no-virtual-nodes"), cordoned), "run");
  // What the template keeps away is as without the switch.
  cordoned.taints = {{.key = "gpu", .value = "", .effect = "NoSchedule"}};
  EXPECT_EQ(judged(with("no-cordoned-nodes"), cordoned), "stay");
  cordoned.taints = {{.key = "gpu", .value = "", .effect = "NoExecute"}};
  EXPECT_EQ(judged(with("no-cordoned-nodes"), cordoned), "go");
}

TEST(Eligibility, TellsTheTemplatesReasonFirst) {
  DaemonSet set = support::daemon_set(support::pod_template(R"("nodeSelector":{"zone":"a"})"));
  EXPECT_EQ(place(set, excluding("*")).misfit, Misfit::node_selector);
}

}  // namespace
}  // namespace everynode::objects
