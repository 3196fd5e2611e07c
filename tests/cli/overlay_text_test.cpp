#include "cli/overlay_text.hpp"

#include <gtest/gtest.h>

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
         R"("labels":{"app":"agent"},"annotations":{"everynode.dev/node":"n1","everynode.dev/overlays":")" +
         stamp + R"("}},"spec":{"nodeName":"n1","containers":[)" + container + "]}}";
}

class OverlayText : public ::testing::Test {
 protected:
  OverlayText() {
    overlay::Node node;
    node.name = "n1";
    node.labels = {{"size", "big"}};
    node.allocatable = {{"cpu", *overlay::parse_quantity("191450m")}};
    subject_.nodes.put(std::move(node));
  }

  [[nodiscard]] std::string text(const std::string& stamp, const std::string& container = R"({"name":"agent"})") const {
    return overlay_text(subject_, {.json = pod(stamp, container),
                                   .daemon_set = "agent",
                                   .pod_template = R"({"spec":{"containers":[{"name":"agent"}]}})"});
  }

  inspection::OverlaySubject subject_;
};

TEST_F(OverlayText, SaysWhichFieldIsFromWhichOverlayAndWhy) {
  subject_.overlays = {
      overlay("share", R"("priority":10,"containers":[{"name":"agent","resources":{"requests":{"cpu":)"
                       R"({"percentOfAllocatable":1,"max":"3"}}}}])"),
      overlay("a", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"a"}]}])"),
      overlay("b", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"b"}],)"
                   R"("resources":{"requests":{"cpu":{"base":"1"}}}}])"),
      overlay("small", R"("nodes":{"matchLabels":{"size":"small"}},"containers":[{"name":"agent","image":"i"}])"),
      overlay("wrong", R"("containers":[{"name":"none","image":"i"}])")};
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
  subject_.overlays = {overlay("a", R"("containers":[{"name":"agent","env":[{"name":"MODE","value":"a"}]}])")};
  const std::string before = text("");
  ASSERT_TRUE(before.contains("verdict:  outdated"));
  codec::Document document;
  const std::string right = pod("", R"({"name":"agent"})");
  objects::Pod read_pod;
  ASSERT_TRUE(
      document.read(right, [&](codec::JsonValue root) { objects::read(root, read_pod, objects::PodParts::all); }));
  const overlay::Catalog catalog(subject_.overlays);
  const std::string stamp = overlay::fit(catalog, read_pod, subject_.nodes.find("n1")).stamp;
  const std::string after = text(stamp, R"({"name":"agent","env":[{"name":"MODE","value":"a"}]})");
  EXPECT_TRUE(after.contains("verdict:  as it should be")) << after;
  EXPECT_FALSE(after.contains("what is otherwise")) << after;
}

TEST_F(OverlayText, SaysThatTheNamespaceHasNone) {
  EXPECT_TRUE(text("").contains("the namespace has no overlays\n"));
  EXPECT_TRUE(overlay_text(subject_, {.json = "no JSON", .daemon_set = "", .pod_template = ""})
                  .contains("the pod cannot be read"));
}

}  // namespace
}  // namespace everynode::cli
