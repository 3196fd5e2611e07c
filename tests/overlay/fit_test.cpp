#include "everynode/overlay/fit.hpp"

#include <gtest/gtest.h>

#include "everynode/objects/decode.hpp"

namespace everynode::overlay {
namespace {

/// A pod of namespace "agents" with containers agent and helper.
class Fitting : public ::testing::Test {
 protected:
  Fit fit_with(const std::vector<std::string>& specs, const std::string& pod_spec, const Node* node) {
    std::vector<DaemonSetOverlay> overlays;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      codec::Document document;
      auto overlay =
          read_overlay(R"({"metadata":{"namespace":"agents","name":")" + std::string(1, static_cast<char>('a' + i)) +
                           R"("},"spec":{"daemonSets":{"matchLabels":{"app":"agent"}},)" + specs[i] + "}}",
                       document);
      EXPECT_TRUE(overlay) << overlay.error().text();
      overlays.push_back(std::move(*overlay));
    }
    catalog_ = Catalog(std::move(overlays));
    text_ = R"({"metadata":{"namespace":"agents","labels":{"app":"agent"},"annotations":{"everynode.dev/overlays":")" +
            stamp_ + R"("}},"spec":{)" + pod_spec + "}}";
    pod_ = {};
    EXPECT_TRUE(document_.read(text_, [&](codec::JsonValue root) { read(root, pod_, objects::PodParts::all); }));
    return fit(catalog_, pod_, node);
  }

  static std::string agent(const std::string& members) { return R"("containers":[{"name":"agent",)" + members + "}]"; }

  std::string patch_for(const std::string& overlay, const std::string& pod_spec) {
    return to_json(fit_with({overlay}, pod_spec, nullptr).patch);
  }

  Catalog catalog_;
  std::string stamp_;  ///< that the pod has already
  std::string text_;
  codec::Document document_;
  objects::Pod pod_;
};

TEST_F(Fitting, ReplacesWhatStandsThereAndAddsWhatIsAbsent) {
  const std::string overlay =
      agent(R"("image":"i:2","args":["a"],"env":[{"name":"A","value":"1"}],)"
            R"("resources":{"requests":{"cpu":{"base":"1"}},"limits":{"memory":{"base":"1Gi"}}})");
  EXPECT_EQ(patch_for(overlay, agent(R"("image":"i:1")")),
            R"([{"op":"replace","path":"/spec/containers/0/image","value":"i:2"},)"
            R"({"op":"add","path":"/spec/containers/0/args","value":["a"]},)"
            R"({"op":"add","path":"/spec/containers/0/env","value":[{"name":"A","value":"1"}]},)"
            R"({"op":"add","path":"/spec/containers/0/resources","value":)"
            R"({"limits":{"memory":"1Gi"},"requests":{"cpu":"1"}}}])");
  EXPECT_EQ(patch_for(overlay, agent(R"("image":"i:2","args":["b"],"env":[{"name":"A","value":"0"},{"name":"B"}],)"
                                     R"("resources":{"requests":{"cpu":2},"limits":{}})")),
            R"([{"op":"replace","path":"/spec/containers/0/args","value":["a"]},)"
            R"({"op":"replace","path":"/spec/containers/0/env/0","value":{"name":"A","value":"1"}},)"
            R"({"op":"add","path":"/spec/containers/0/resources/limits/memory","value":"1Gi"},)"
            R"({"op":"replace","path":"/spec/containers/0/resources/requests/cpu","value":"1"}])");
}

TEST_F(Fitting, LeavesAloneWhatIsAsItShouldBeHoweverItIsWritten) {
  EXPECT_EQ(
      patch_for(
          agent(
              R"("image":"i","env":[{"name":"A","value":""}],"resources":{"limits":{"memory":{"base":"1Gi"},"cpu":{"base":2}}})"),
          agent(R"("image":"i","env":[{"name":"A"}],"resources":{"limits":{"memory":1073741824,"cpu":"2000m"}})")),
      "[]");
}

TEST_F(Fitting, TellsAContainerThatIsMissingFromWhatIsWrong) {
  const Fit fit = fit_with({R"("containers":[{"name":"istio-proxy","image":"x"}])", R"("priorityClassName":"other")"},
                           agent(R"("image":"i")"), nullptr);
  ASSERT_EQ(fit.refusals.size(), 2U);
  EXPECT_TRUE(fit.refusals[0].lacks_container);
  EXPECT_FALSE(fit.refusals[1].lacks_container);
}

TEST_F(Fitting, TakesAnEmptyListOfArgumentsForNone) {
  const std::string overlay = agent(R"("args":[])");
  EXPECT_EQ(patch_for(overlay, agent(R"("image":"i")")), "[]");
  EXPECT_EQ(patch_for(overlay, agent(R"("args":[])")), "[]");
  EXPECT_EQ(patch_for(overlay, agent(R"("args":["a"])")),
            R"([{"op":"replace","path":"/spec/containers/0/args","value":[]}])");
}

TEST_F(Fitting, MindsResourcesOfThePodAsAWholeWhereThereAreAny) {
  const std::string overlay = agent(R"("resources":{"requests":{"cpu":{"base":"1"}}})");
  const auto refusals = [&](const std::string& resources) {
    const std::string pod = R"("resources":)" + resources + "," + agent(R"("image":"i")");
    return fit_with({overlay}, pod, nullptr).refusals.size();
  };
  EXPECT_EQ(refusals("{}"), 0U);
  EXPECT_EQ(refusals(R"({"requests":{},"limits":null})"), 0U);
  EXPECT_EQ(refusals(R"({"requests":{"cpu":"2"}})"), 1U);
  EXPECT_EQ(refusals(R"({"limits":{"cpu":2}})"), 1U);
}

/// The kubelet goes by the last one of a name.
TEST_F(Fitting, ReplacesTheLastVariableOfAName) {
  EXPECT_EQ(patch_for(agent(R"("env":[{"name":"A","value":"1"}])"),
                      agent(R"("env":[{"name":"A","value":"1"},{"name":"A","valueFrom":{}},{"name":"B"}])")),
            R"([{"op":"replace","path":"/spec/containers/0/env/1","value":{"name":"A","value":"1"}}])");
}

TEST_F(Fitting, GivesAllContainersButNoInitContainerWhatIsForAll) {
  const std::string pod = R"("initContainers":[{"name":"setup"}],"containers":[{"name":"agent"},{"name":"helper"}])";
  EXPECT_EQ(patch_for(R"("containers":[{"name":"*","env":[{"name":"A","value":"1"}]},)"
                      R"({"name":"helper","env":[{"name":"A","value":"2"}]},{"name":"setup","image":"s"}])",
                      pod),
            R"([{"op":"add","path":"/spec/initContainers/0/image","value":"s"},)"
            R"({"op":"add","path":"/spec/containers/0/env","value":[{"name":"A","value":"1"}]},)"
            R"({"op":"add","path":"/spec/containers/1/env","value":[{"name":"A","value":"2"}]}])");
}

/// A reference such as $(SECRET) in an annotation is none: who may write a node's annotations need not be one who may
/// read what is in the pod.
TEST_F(Fitting, TakesWhatANodeSaysLiterally) {
  const Node node{.name = "n", .labels = {}, .annotations = {{"a", "$(TOKEN) $"}}, .allocatable = {}};
  const Fit fit = fit_with({agent(R"_("env":[{"name":"A","nodeAnnotation":"a"},{"name":"B","value":"$(A)"}])_")},
                           agent(R"("image":"i")"), &node);
  EXPECT_EQ(to_json(fit.patch), R"([{"op":"add","path":"/spec/containers/0/env","value":[{"name":"A","value":)"
                                R"_("$$(TOKEN) $$"},{"name":"B","value":"$(A)"}]}])_");
}

TEST_F(Fitting, StampsWhatEachOverlayGave) {
  const std::string pod = agent(R"("image":"i")");
  const auto stamp = [&](const std::vector<std::string>& overlays) { return fit_with(overlays, pod, nullptr).stamp; };
  const std::string one = stamp({agent(R"("image":"x")")});
  EXPECT_TRUE(one.starts_with("a@")) << one;
  EXPECT_EQ(one.size(), 12U);
  EXPECT_NE(stamp({agent(R"("image":"y")")}), one);
  EXPECT_EQ(stamp({agent(R"("image":"x")"), agent(R"("image":"loses")")}), one) << "what loses is not in the pod";
  EXPECT_TRUE(stamp({agent(R"("image":"x")"), agent(R"("args":[])")}).starts_with(one + ",b@"));
  EXPECT_EQ(stamp({agent(R"("env":[])")}), "");
}

TEST_F(Fitting, OfTwoThatTogetherPutARequestAboveItsLimitLeavesOutTheOneThatLoses) {  // requirement A14
  const std::string limit = R"("priority":1,)" + agent(R"("resources":{"limits":{"cpu":{"base":"1"}}})");
  const std::string request = agent(R"("image":"i:2","resources":{"requests":{"cpu":{"base":"1001m"}}})");
  const Fit fit = fit_with({request, limit}, agent(R"("image":"i")"), nullptr);
  ASSERT_EQ(fit.refusals.size(), 1U);
  EXPECT_EQ(fit.refusals[0],
            (Refusal{"a", "containers[agent].resources.requests.cpu would be 1001m, above its limit of 1"}));
  EXPECT_TRUE(fit.stamp.starts_with("b@")) << fit.stamp;
  EXPECT_EQ(fit_with({request}, agent(R"("image":"i")"), nullptr).refusals.size(), 0U);
}

/// Another webhook has set the limit after the overlay was put in: of what it replaced nothing can be taken back.
TEST_F(Fitting, LowersTheRequestOfAnOverlayThatIsInThePodToALimitThatCameAfterIt) {  // requirement A14
  const std::string overlay = agent(R"("image":"i:2","resources":{"requests":{"cpu":{"base":"320m"}}})");
  const std::string whole = fit_with({overlay}, agent(R"("image":"i:1")"), nullptr).stamp;
  const std::string spec = agent(R"("image":"i:2","resources":{"requests":{"cpu":"320m"},"limits":{"cpu":"100m"}})");
  const Fit new_pod = fit_with({overlay}, spec, nullptr);
  EXPECT_EQ(new_pod.refusals.size(), 1U);
  EXPECT_EQ(to_json(new_pod.patch), "[]") << "it is not known to be ours";

  stamp_ = whole;
  const Fit fit = fit_with({overlay}, spec, nullptr);
  EXPECT_TRUE(fit.refusals.empty());
  EXPECT_EQ(to_json(fit.patch),
            R"([{"op":"replace","path":"/spec/containers/0/resources/requests/cpu","value":"100m"}])");
  EXPECT_EQ(fit.stamp, whole) << "the pod is as it should be";
  EXPECT_EQ(fit.lowered, std::vector<std::string>{"containers[agent].resources.requests.cpu is 100m, its limit, and "
                                                  "not 320m; overlay a was in the pod before"});
  const Fit again = fit_with(
      {overlay}, agent(R"("image":"i:2","resources":{"requests":{"cpu":"100m"},"limits":{"cpu":"100m"}})"), nullptr);
  EXPECT_EQ(to_json(again.patch), "[]");
  EXPECT_EQ(again.stamp, whole);
}

TEST_F(Fitting, LowersARequestThatCameAfterTheLimitOfAnOverlayThatIsInThePod) {  // requirement A14
  stamp_ = "a@older";
  const Fit fit =
      fit_with({agent(R"("image":"i:2","resources":{"limits":{"cpu":{"base":"500m"}}})")},
               agent(R"("image":"i:2","resources":{"requests":{"cpu":"1"},"limits":{"cpu":"500m"}})"), nullptr);
  EXPECT_TRUE(fit.refusals.empty());
  EXPECT_EQ(to_json(fit.patch),
            R"([{"op":"replace","path":"/spec/containers/0/resources/requests/cpu","value":"500m"}])");
  EXPECT_EQ(fit.lowered.size(), 1U);
}

/// As it may come of a LimitRange's default limit.
TEST_F(Fitting, LeavesThePodsOwnRequestAsItIs) {
  const std::string spec = agent(R"("resources":{"requests":{"cpu":"1"},"limits":{"cpu":"500m"}})");
  EXPECT_EQ(patch_for(agent(R"("resources":{"limits":{"cpu":{"base":"2"}}})"), spec),
            R"([{"op":"replace","path":"/spec/containers/0/resources/limits/cpu","value":"2"}])");
  const std::string variable = agent(R"("env":[{"name":"A","value":"1"}])");
  EXPECT_EQ(fit_with({variable}, spec, nullptr).patch.size(), 1U) << "it has nothing to do with amounts";
}

/// Requirement A13: the API server refuses a pod whose numbers are not those of its class.
TEST_F(Fitting, ChangesTheNumbersOfAPriorityClassWithIt) {
  const std::string critical = R"("priorityClassName":"system-node-critical")";
  EXPECT_EQ(patch_for(critical, R"("priority":0,"preemptionPolicy":"Never")"),
            R"([{"op":"add","path":"/spec/priorityClassName","value":"system-node-critical"},)"
            R"({"op":"replace","path":"/spec/priority","value":2000001000},)"
            R"({"op":"replace","path":"/spec/preemptionPolicy","value":"PreemptLowerPriority"}])");
  EXPECT_EQ(patch_for(critical, R"("priority":2000001000,)" + critical), "[]");
  const Fit unknown = fit_with({R"("priorityClassName":"other")"}, "", nullptr);
  EXPECT_EQ(unknown.refusals, (std::vector<Refusal>{{"a", "PriorityClass other is not known"}}));
}

TEST_F(Fitting, KnowsTheOverlaysOfEachNamespaceByPriorityAndName) {
  std::vector<DaemonSetOverlay> overlays(4);
  overlays[0].namespace_ = "b";
  overlays[1].namespace_ = overlays[2].namespace_ = overlays[3].namespace_ = "a";
  overlays[1].name = "z";
  overlays[2].name = "y";
  overlays[3].name = "x";
  overlays[1].priority = 1;
  const Catalog catalog(overlays);
  ASSERT_EQ(catalog.of("a").size(), 3U);
  EXPECT_EQ(catalog.of("a")[0].name, "z");
  EXPECT_EQ(catalog.of("a")[1].name, "x");
  EXPECT_EQ(catalog.of("a")[2].name, "y");
  EXPECT_TRUE(catalog.of("c").empty());
}

}  // namespace
}  // namespace everynode::overlay
