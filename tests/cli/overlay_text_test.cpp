#include "cli/overlay_text.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "everynode/objects/decode.hpp"
#include "everynode/overlay/fit.hpp"

namespace everynode::cli {
namespace {

overlay::DaemonSetOverlay overlay(const std::string& name, const std::string& spec) {
  codec::Document document;
  auto one = overlay::read_overlay(R"({"metadata":{"namespace":"default","name":")" + name +
                                       R"("},"spec":{"daemonSets":{"matchLabels":{"app":"agent"}},)" + spec + "}}",
                                   document);
  if (!one) throw std::runtime_error(one.error().text());
  return std::move(*one);
}

std::string pod(const std::string& stamp, const std::string& container) {
  return R"({"metadata":{"name":"agent-1","namespace":"default","creationTimestamp":"2026-11-24T12:00:00Z",)"
         R"("labels":{"app":"agent"},"ownerReferences":[{"kind":"DaemonSet","name":"agent","uid":"u","controller":true}],)"
         R"("annotations":{"everynode.dev/node":"n1","everynode.dev/overlays":")" +
         stamp + R"("}},"spec":{"nodeName":"n1","containers":[)" + container + "]}}";
}

class OverlayText : public ::testing::Test {
 protected:
  OverlayText() {
    overlay::Node node;
    node.name = "n1";
    node.labels = {{"size", "big"}};
    node.allocatable = {{"cpu", *overlay::parse_quantity("191450m")}};
    known_.nodes.put(std::move(node));
  }

  void overlays(std::vector<overlay::DaemonSetOverlay> all) { known_.catalog = overlay::Catalog(std::move(all)); }

  [[nodiscard]] inspection::AdmittedState state(const std::string& stamp,
                                                const std::string& container = R"({"name":"agent"})") const {
    auto state = inspection::read_admitted_state(&known_, pod(stamp, container),
                                                 R"({"spec":{"containers":[{"name":"agent"}]}})");
    if (!state) throw std::runtime_error(state.error());
    return std::move(*state);
  }

  [[nodiscard]] std::string text(const std::string& stamp, const std::string& container = R"({"name":"agent"})") const {
    return overlay_text(state(stamp, container));
  }

  overlay::Known known_;
};

TEST_F(OverlayText, SaysWhichFieldIsFromWhichOverlayAndWhy) {
  overlays({overlay("share", R"("priority":10,"containers":[{"name":"agent","resources":{"requests":{"cpu":)"
                             R"({"percentOfAllocatable":1,"max":"3"}}}}])"),
            overlay("a", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"a"}]}])"),
            overlay("b", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"b"}],)"
                         R"("resources":{"requests":{"cpu":{"base":"1"}}}}])"),
            overlay("small", R"("nodes":{"matchLabels":{"size":"small"}},"containers":[{"name":"agent","image":"i"}])"),
            overlay("wrong", R"("containers":[{"name":"none","image":"i"}])")});
  EXPECT_EQ(text(""),
            "pod:      default/agent-1 of DaemonSet agent, for node n1\n"
            "has:      no overlays\n"
            "verdict:  outdated: overlay share is not in it; overlay a is not in it\n"
            "\n"
            "OVERLAY  PRIORITY  FOR THIS POD\n"
            "share    10        gives 1 field\n"
            "a        0         gives 1 field\n"
            "b        0         gives nothing: others win\n"
            "small    0         is for other nodes\n"
            "wrong    0         left out: the pod has no container \"none\"\n"
            "\n"
            "what they give:\n"
            "  containers[agent].resources.requests.cpu = \"1915m\" by share: 1 % of 191450m, at most 3; over b of "
            "priority 0\n"
            "  containers[agent].env[MODE] = \"a\" by a; over b of the same priority, by name\n"
            "\n"
            "what is otherwise in the pod that runs:\n"
            "  /spec/containers/0/env would be [{\"name\":\"MODE\",\"value\":\"a\"}]\n"
            "  /spec/containers/0/resources would be {\"requests\":{\"cpu\":\"1915m\"}}\n");
}

TEST_F(OverlayText, SaysThatAPodIsAsItShouldBe) {
  overlays({overlay("a", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"a"}]}])")});
  const std::string before = text("");
  ASSERT_TRUE(before.contains("verdict:  outdated"));
  codec::Document document;
  const std::string right = pod("", R"({"name":"agent"})");
  objects::Pod read_pod;
  ASSERT_TRUE(
      document.read(right, [&](codec::JsonValue root) { objects::read(root, read_pod, objects::PodParts::all); }));
  const std::string stamp = overlay::fit(known_.catalog, read_pod, known_.nodes.find("n1")).stamp;
  const std::string after = text(stamp, R"({"name":"agent","env":[{"name":"MODE","value":"a"}]})");
  EXPECT_TRUE(after.contains("verdict:  as it should be")) << after;
  EXPECT_FALSE(after.contains("what is otherwise")) << after;
}

TEST_F(OverlayText, SaysThatTheNamespaceHasNone) {
  EXPECT_TRUE(text("").contains("the namespace has no overlays\n"));
}

TEST_F(OverlayText, SaysOfANodeThatIsNotKnownThatOverlaysAreNotEither) {
  overlays({overlay("a", R"("containers":[{"name":"agent","image":"i"}])")});
  known_.nodes.remove("n1");
  const std::string told = text("");
  EXPECT_TRUE(told.contains("verdict:  not known, as its node is not\n")) << told;
  EXPECT_TRUE(told.contains("a        0         is not known, as the node is not\n")) << told;
  EXPECT_FALSE(told.contains("what they give")) << told;
}

TEST_F(OverlayText, HasNothingThatATerminalObeys) {
  overlays({overlay("a", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"\u001b[2J"}]}])")});
  EXPECT_FALSE(text("\\u001b[2J").contains('\x1b'));
  EXPECT_FALSE(overlay_json({.namespace_ = "default", .pods = {state("\\u001b[2J")}, .remarks = {}}).contains('\x1b'));
}

TEST_F(OverlayText, IsJsonForPrograms) {
  overlays({overlay("share", R"("priority":10,"containers":[{"name":"agent","resources":{"requests":{"cpu":)"
                             R"({"percentOfAllocatable":1}}}}])"),
            overlay("b", R"("containers":[{"name":"agent","resources":{"requests":{"cpu":{"base":"1"}}}}])"),
            overlay("wrong", R"("containers":[{"name":"none","image":"i"}])")});
  const auto json = nlohmann::json::parse(
      overlay_json({.namespace_ = "default", .pods = {state("")}, .remarks = {"something was not read"}}));
  EXPECT_EQ(json, nlohmann::json::parse(R"({
    "namespace": "default",
    "pods": [{
      "namespace": "default", "pod": "agent-1", "daemonSet": "agent", "node": "n1",
      "seen": "Everynode's webhook has seen it, for node n1", "overlays": "",
      "verdict": "outdated", "why": "outdated: overlay share is not in it", "difference": "overlay share is not in it",
      "candidates": [
        {"overlay": "share", "priority": 10, "standing": "gives"},
        {"overlay": "b", "priority": 0, "standing": "beaten"},
        {"overlay": "wrong", "priority": 0, "standing": "left out", "reason": "the pod has no container \"none\""}],
      "given": false,
      "fields": [{"place": "containers[agent].resources.requests.cpu", "value": "1915m", "overlay": "share",
                  "how": "1 % of 191450m", "over": [{"overlay": "b", "priority": 0}]}],
      "otherwise": [{"path": "/spec/containers/0/resources", "value": {"requests": {"cpu": "1915m"}}}]}],
    "remarks": ["something was not read"]
  })"));
}

}  // namespace
}  // namespace everynode::cli
