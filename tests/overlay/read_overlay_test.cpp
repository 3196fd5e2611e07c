// DaemonSetOverlays and Nodes as the API server gives them.
#include <gtest/gtest.h>

#include "everynode/overlay/node.hpp"
#include "everynode/overlay/overlay.hpp"
#include "protobuf.hpp"

namespace everynode::overlay {
namespace {

std::expected<DaemonSetOverlay, codec::Mistake> read_spec(const std::string& spec) {
  codec::Document document;
  return read_overlay(R"({"metadata":{"name":"o","namespace":"n"},"spec":)" + spec + "}", document);
}

std::string problem_with(const std::string& spec) {
  const auto overlay = read_spec(spec);
  return overlay ? "" : overlay.error().text();
}

std::string problem_with_container(const std::string& members) {
  return problem_with(R"({"daemonSets":{},"containers":[{"name":"c",)" + members + "}]}");
}

Quantity amount(std::string_view text) {
  return *parse_quantity(text);
}

TEST(DaemonSetOverlay, IsReadWithAllItsFields) {
  codec::Document document;
  const auto overlay =
      read_overlay(R"({"kind":"DaemonSetOverlay","metadata":{"name":"big","namespace":"agents","uid":"u",
    "resourceVersion":"7","generation":3,"labels":{"a":"b"}},"spec":{
      "daemonSets":{"matchLabels":{"app":"agent"}},"nodes":{"matchExpressions":[{"key":"gpu","operator":"Exists"}]},
      "priority":10,"priorityClassName":"system-node-critical","containers":[
      {"name":"agent","image":"registry.example.com/agent:gpu","args":["--workers=32"],
       "env":[{"name":"ZONE","nodeLabel":"zone"},{"name":"RACK","nodeAnnotation":"rack"},{"name":"MODE","value":""}],
       "resources":{"requests":{"cpu":{"percentOfAllocatable":0.5,"min":"100m","max":2},
                                "memory":{"base":"64Mi","perPod":"2Mi"}},"limits":{"ephemeral-storage":{"base":"1Gi"}}}},
      {"name":"*"}]},"status":{"pods":3}})",
                   document);
  ASSERT_TRUE(overlay) << overlay.error().text();
  EXPECT_EQ(overlay->name, "big");
  EXPECT_EQ(overlay->namespace_, "agents");
  EXPECT_EQ(overlay->generation, 3);
  EXPECT_EQ(overlay->priority, 10);
  EXPECT_EQ(overlay->priority_class_name, "system-node-critical");
  EXPECT_TRUE(matches(overlay->daemon_sets, {{"app", "agent"}}));
  EXPECT_TRUE(matches(*overlay->nodes, {{"gpu", ""}}));
  ASSERT_EQ(overlay->containers.size(), 2U);
  const ContainerOverlay& agent = overlay->containers[0];
  EXPECT_EQ(agent.image, "registry.example.com/agent:gpu");
  EXPECT_EQ(agent.args, std::vector<std::string>{"--workers=32"});
  EXPECT_EQ(agent.env, (std::vector<Variable>{{"ZONE", Variable::Source::node_label, "zone"},
                                              {"RACK", Variable::Source::node_annotation, "rack"},
                                              {"MODE", Variable::Source::value, ""}}));
  const Amount cpu{
      .percent_of_allocatable = amount("500m"), .base = {}, .per_pod = {}, .min = amount("100m"), .max = amount("2")};
  const Amount memory{
      .percent_of_allocatable = {}, .base = amount("64Mi"), .per_pod = amount("2Mi"), .min = {}, .max = {}};
  const Amount storage{.percent_of_allocatable = {}, .base = amount("1Gi"), .per_pod = {}, .min = {}, .max = {}};
  EXPECT_EQ(agent.requests,
            (std::vector<std::pair<Resource, Amount>>{{Resource::cpu, cpu}, {Resource::memory, memory}}));
  EXPECT_EQ(agent.limits, (std::vector<std::pair<Resource, Amount>>{{Resource::ephemeral_storage, storage}}));
}

TEST(DaemonSetOverlay, ThatCannotBeMeantIsRefusedByTheNameOfTheField) {
  EXPECT_EQ(problem_with("{}"), "spec: daemonSets is missing; {} selects all");
  EXPECT_EQ(problem_with(R"({"daemonSets":{"matchExpressions":[{"key":"a","operator":"Near"}]}})"),
            "spec: daemonSets.matchExpressions[0]: expected the operator In, NotIn, Exists or DoesNotExist");
  for (const std::string bad : {R"("In")", R"("NotIn","values":[])", R"("Exists","values":["b"])"}) {
    const std::string selector = R"({"matchExpressions":[{"key":"a","operator":)" + bad + "}]}";
    const std::string why = "In and NotIn need values, Exists and DoesNotExist take none";
    EXPECT_EQ(problem_with(R"({"daemonSets":)" + selector + "}"), "spec: daemonSets: " + why);
    EXPECT_EQ(problem_with(R"({"daemonSets":{},"nodes":)" + selector + "}"), "spec: nodes: " + why);
  }
  EXPECT_EQ(problem_with_container(R"("image":" a")"),
            "spec: containers[0].image: expected the name of an image without white space around it");
  EXPECT_EQ(problem_with_container(R"("args":"a")"), "spec: containers[0].args: expected an array");
  EXPECT_EQ(problem_with_container(R"("env":[{"name":"1A","value":"b"}])"),
            "spec: containers[0].env[0]: expected the name of a variable");
  EXPECT_EQ(problem_with_container(R"("env":[{"name":"A","value":"b","nodeLabel":"c"}])"),
            "spec: containers[0].env[0]: expected one of value, nodeLabel and nodeAnnotation");
  EXPECT_EQ(problem_with_container(R"("env":[{"name":"A","value":"b"},{"name":"A","value":"c"}])"),
            "spec: containers[0].env[1]: the same variable again");
  EXPECT_EQ(problem_with(R"({"daemonSets":{},"containers":[{"name":"c"},{"name":"c"}]})"),
            "spec: containers[1]: the same container again");
  EXPECT_EQ(problem_with(R"({"daemonSets":{},"containers":[{}]})"), "spec: containers[0]: name is missing");
  EXPECT_EQ(problem_with(R"({"daemonSets":{},"priority":9223372036854775807})"), "spec: priority is beyond a billion");
  codec::Document document;
  EXPECT_EQ(read_overlay(R"({"metadata":{"name":"o"}})", document).error().text(), "spec is missing");
  EXPECT_EQ(read_overlay(R"({"spec":{"daemonSets":{}}})", document).error().text(), "metadata.name is missing");
}

TEST(DaemonSetOverlay, WithAnAmountThatCannotBeMeantIsRefused) {
  const auto cpu = [](const std::string& value) {
    return problem_with_container(R"("resources":{"requests":{"cpu":)" + value + "}}");
  };
  const std::string where = "spec: containers[0].resources.requests.cpu";
  EXPECT_EQ(cpu(R"("1")"), where + ": expected an object");
  EXPECT_EQ(cpu(R"({"base":"many"})"), where + ".base: expected a quantity such as 100m, 2 or 64Mi");
  EXPECT_EQ(cpu(R"({"base":-1})"), where + ".base: expected no negative amount");
  EXPECT_EQ(cpu(R"({"base":true})"), where + ".base: expected a string");
  EXPECT_EQ(cpu(R"({"min":"1"})"), where + ": expected one of percentOfAllocatable, base and perPod");
  EXPECT_EQ(cpu(R"({"base":"1","min":"2","max":"1"})"), where + ": min is above max");
  EXPECT_EQ(cpu(R"({"base":"1","perpod":"2"})"), where + ": unknown field \"perpod\"");
}

/// A device could give a pod more rights, as could these fields.
TEST(DaemonSetOverlay, OffersNothingThatAddsPrivilege) {
  EXPECT_EQ(problem_with_container(R"("resources":{"limits":{"example.com/fuse":1}})"),
            "spec: containers[0].resources.limits.example.com/fuse: an overlay may set cpu, memory and "
            "ephemeral-storage, and no other resource");
  for (const std::string field : {"securityContext", "volumeMounts", "command", "volumeDevices", "envFrom", "ports"})
    EXPECT_EQ(problem_with_container("\"" + field + "\":{}"), "spec: containers[0]: unknown field \"" + field + "\"");
  for (const std::string field : {"hostNetwork", "hostPID", "serviceAccountName", "volumes", "securityContext"})
    EXPECT_EQ(problem_with(R"({"daemonSets":{},")" + field + "\":{}}"), "spec: unknown field \"" + field + "\"");
}

TEST(OverlayNode, IsReadAlikeInBothEncodings) {
  codec::Document document;
  const auto node = read_node(R"({"metadata":{"name":"n1","labels":{"zone":"a"},"annotations":{"rack":"7"}},
    "status":{"capacity":{"cpu":"9"},"allocatable":{"cpu":"3920m","pods":"110"}}})",
                              document);
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(node->labels.get("zone"), "a");
  EXPECT_EQ(node->annotations.get("rack"), "7");
  EXPECT_EQ(*node->allocatable_of("cpu"), amount("3920m"));
  EXPECT_EQ(node->allocatable_of("memory"), nullptr);
  using support::Writer;
  using support::written;
  const auto amount_entry = [](const std::string& name, const std::string& amount) {
    return written([&](Writer& entry) {
      entry.add_string(1, name);
      entry.add_message(2, written([&](Writer& quantity) { quantity.add_string(1, amount); }));
    });
  };
  const auto text_entry = [](const std::string& key, const std::string& text) {
    return written([&](Writer& entry) {
      entry.add_string(1, key);
      entry.add_string(2, text);
    });
  };
  const std::string bytes = written([&](Writer& object) {
    object.add_message(1, written([&](Writer& metadata) {
                         metadata.add_string(1, "n1");
                         metadata.add_message(11, text_entry("zone", "a"));
                         metadata.add_message(12, text_entry("rack", "7"));
                       }));
    object.add_message(3, written([&](Writer& status) {
                         status.add_message(1, amount_entry("cpu", "9"));
                         status.add_message(2, amount_entry("cpu", "3920m"));
                         status.add_message(2, amount_entry("pods", "110"));
                       }));
  });
  Node same;
  EXPECT_TRUE(codec::read_protobuf([&] { read(codec::Message(bytes), same); }));
  EXPECT_EQ(same, *node);
}

TEST(OverlayNode, WithAnAmountThatIsNoQuantityIsRefused) {
  codec::Document document;
  EXPECT_EQ(read_node(R"({"metadata":{"name":"n"},"status":{"allocatable":{"cpu":"much"}}})", document).error().text(),
            "status.allocatable.cpu: expected a quantity such as 100m, 2 or 64Mi");
  EXPECT_EQ(read_node("{}", document).error().text(), "metadata.name is missing");
}

}  // namespace
}  // namespace everynode::overlay
