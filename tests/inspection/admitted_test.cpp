// What admission made of a pod, as people are told.
#include "everynode/inspection/admitted.hpp"

#include <gtest/gtest.h>

#include "everynode/codec/document.hpp"
#include "everynode/overlay/audit.hpp"

namespace everynode::inspection {
namespace {

constexpr std::string_view big =
    R"("containers":[{"name":"agent","resources":{"requests":{"cpu":{"percentOfAllocatable":"10"}}}}])";

class Admission : public ::testing::Test {
 protected:
  Admission() {
    pod_.namespace_ = "agents";
    pod_.name = "agent-1";
    pod_.labels = {{"app", "agent"}};
    pod_.target_node = "n1";
    pod_.creator = "kube-controller-manager";
    admitted_.containers.push_back({.name = "agent", .limits = {}, .requests = {}});
    overlay::Node node;
    node.name = "n1";
    node.allocatable = {{"cpu", *overlay::parse_quantity("4")}};
    known_.nodes.put(std::move(node));
  }

  void overlay(std::string_view containers) {
    codec::Document document;
    auto one = overlay::read_overlay(R"({"metadata":{"namespace":"agents","generation":3,"name":"big"},"spec":{)"
                                     R"("daemonSets":{},)" +
                                         std::string(containers) + "}}",
                                     document);
    ASSERT_TRUE(one) << one.error().text();
    known_.catalog = overlay::Catalog({std::move(*one)});
  }

  AdmittedState state() {
    pod_.admitted = admitted_;
    return admitted_state(&known_, pod_, template_);
  }

  std::string template_ = R"({"spec":{"containers":[{"name":"agent"}]}})";
  objects::Admitted admitted_;
  objects::DaemonPod pod_;
  overlay::Known known_;
};

TEST_F(Admission, TellsWhetherTheWebhookHasSeenThePod) {
  EXPECT_EQ(state().seen, "it has no trace of Everynode's webhook");
  admitted_.node = "n1";
  EXPECT_EQ(state().seen, "Everynode's webhook has seen it, for node n1");
  admitted_.refused = "big@1";
  EXPECT_TRUE(state().seen.contains("refused it with overlays big@1, so it was created without"));
}

TEST_F(Admission, NamesEachFieldThatAnOverlayGaveAndHow) {
  overlay(big);
  pod_.admitted = admitted_;
  overlay::TemplatePod made_from(template_);
  admitted_.overlays = overlay::audit(known_, pod_, made_from).wanted;
  const AdmittedState told = state();
  EXPECT_TRUE(told.given);
  EXPECT_EQ(told.difference, "");
  EXPECT_EQ(told.verdict, Verdict::right);
  const GivenField field{.place = "containers[agent].resources.requests.cpu",
                         .value = "\"400m\"",
                         .overlay = "big",
                         .how = "10 % of 4",
                         .over = {}};
  EXPECT_EQ(told.fields, std::vector{field});
}

TEST_F(Admission, TellsWhatAPodThatLacksItWouldGet) {
  overlay(big);
  const AdmittedState told = state();
  EXPECT_FALSE(told.given);
  EXPECT_EQ(told.difference, "overlay big is not in it");
  EXPECT_EQ(told.fields.size(), 1U);
}

TEST_F(Admission, TellsWhyAnOverlayIsLeftOut) {
  overlay(R"("containers":[{"name":"other","image":"x"}])");
  const AdmittedState told = state();
  EXPECT_TRUE(told.fields.empty());
  const Candidate left_out{
      .overlay = "big", .priority = 0, .standing = Standing::left_out, .reason = "the pod has no container \"other\""};
  EXPECT_EQ(told.candidates, std::vector{left_out});
  EXPECT_EQ(told.verdict, Verdict::right) << "it has all that it can have";
}

TEST_F(Admission, TellsThatTheApiServerRefusedWhatOverlaysGive) {
  overlay(big);
  pod_.admitted = admitted_;
  overlay::TemplatePod made_from(template_);
  admitted_.refused = overlay::audit(known_, pod_, made_from).wanted;
  const AdmittedState told = state();
  EXPECT_EQ(told.verdict, Verdict::refused);
  EXPECT_TRUE(told.why.starts_with("without overlays, as the API server refused it with big@")) << told.why;
  EXPECT_FALSE(told.given);
}

TEST_F(Admission, SaysOnlyWhatThePodSaysIfOverlaysAreNotKnown) {
  admitted_.overlays = "big@1";
  pod_.admitted = admitted_;
  const AdmittedState told = admitted_state(nullptr, pod_, template_);
  EXPECT_EQ(told.overlays, "big@1");
  EXPECT_EQ(told.difference, "");
  EXPECT_EQ(told.verdict, Verdict::unknown);
  pod_.admitted = {};
  EXPECT_EQ(admitted_state(&known_, pod_, template_).seen, "") << "it was read without what admission made of it";
}

}  // namespace
}  // namespace everynode::inspection
