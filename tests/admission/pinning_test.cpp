#include "admission/pinning.hpp"

#include <gtest/gtest.h>

#include "decided.hpp"

namespace everynode {
namespace {

using nlohmann::json;
using support::daemon_pod;
using support::decide_pod;
using support::with_terms;

const std::string on_n1 = R"("annotations":{"everynode.dev/node":"n1"})";
const json pin = json::parse(R"({"key":"metadata.name","operator":"In","values":["n1"]})");
const json pinned_term = {{"matchFields", json::array({pin})}};

TEST(Pin, MakesTheTermAtTheDeepestPlaceThatIsThere) {
  const std::string node_affinity = R"({"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[]}})";
  for (const std::string& spec :
       {std::string(R"("containers":[])"), std::string(R"("affinity":null)"), std::string(R"("affinity":{})"),
        std::string(R"("affinity":{"podAffinity":{"x":1}})"), std::string(R"("affinity":{"nodeAffinity":null})"),
        std::string(R"("affinity":{"nodeAffinity":{}})"),
        std::string(R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":null}})"),
        R"("affinity":{"nodeAffinity":)" + node_affinity + "}", with_terms("null")}) {
    const auto decided = decide_pod(daemon_pod(spec, on_n1));
    EXPECT_EQ(decided.terms(), json::array({pinned_term})) << spec;
    EXPECT_EQ(decided.decision.pin, admission::Pin::added) << spec;
  }
}

TEST(Pin, LeavesPreferredTermsAndPodAffinityAlone) {
  const std::string preferred =
      R"([{"weight":1,"preference":{"matchExpressions":[{"key":"zone","operator":"Exists"}]}}])";
  const std::string spec =
      R"("affinity":{"podAffinity":{"x":1},"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":)" +
      preferred + "}}";
  const json affinity = decide_pod(daemon_pod(spec, on_n1)).patched()["spec"]["affinity"];
  EXPECT_EQ(affinity["podAffinity"], json::parse(R"({"x":1})"));
  EXPECT_EQ(affinity["nodeAffinity"]["preferredDuringSchedulingIgnoredDuringExecution"], json::parse(preferred));
}

TEST(Pin, GoesIntoEveryTermBecauseTermsAreOred) {
  const std::string terms =
      R"([{"matchExpressions":[{"key":"zone","operator":"In","values":["a"]}]},)"
      R"({"matchExpressions":[{"key":"zone","operator":"In","values":["b"]}],"matchFields":null},)"
      R"({"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n9"]}]}])";
  const json patched = decide_pod(daemon_pod(with_terms(terms), on_n1)).terms();
  ASSERT_EQ(patched.size(), 3U);
  EXPECT_EQ(patched[0]["matchFields"], json::array({pin}));
  EXPECT_EQ(patched[0]["matchExpressions"][0]["values"], json::array({"a"}));
  EXPECT_EQ(patched[1]["matchFields"], json::array({pin}));
  EXPECT_EQ(patched[2]["matchFields"].size(), 2U);
  EXPECT_EQ(patched[2]["matchFields"][1], pin);
}

TEST(Pin, LeavesATermThatMatchesNothingAlone) {
  const json patched = decide_pod(daemon_pod(with_terms(R"([{},{"matchFields":[],"matchExpressions":[]},)"
                                                        R"({"matchExpressions":[{"key":"a","operator":"Exists"}]}])"),
                                             on_n1))
                           .terms();
  EXPECT_EQ(patched[0], json::object());
  EXPECT_EQ(patched[1], json::parse(R"({"matchFields":[],"matchExpressions":[]})"));
  EXPECT_EQ(patched[2]["matchFields"], json::array({pin}));
}

TEST(Pin, MovesTheMistakenExpressionToTheFields) {
  const std::string mistake = R"({"key":"metadata.name","operator":"In","values":["n1"]})";
  const auto decided =
      decide_pod(daemon_pod(with_terms(R"([{"matchExpressions":[)" + mistake +
                                       R"(,{"key":"zone","operator":"Exists","nextYear":true},)" + mistake + "]}]")));
  const json term = decided.terms()[0];
  EXPECT_EQ(decided.node(), "n1");
  EXPECT_EQ(term["matchFields"], json::array({pin, pin}));
  EXPECT_EQ(term["matchExpressions"], json::parse(R"([{"key":"zone","operator":"Exists","nextYear":true}])"));
}

TEST(Pin, MovesBesideFieldsThatAreThere) {
  const auto decided = decide_pod(
      daemon_pod(with_terms(R"([{"matchExpressions":[{"key":"metadata.name","operator":"In","values":["n1"]}],)"
                            R"("matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n2"]}]}])")));
  EXPECT_EQ(decided.terms()[0]["matchExpressions"], json::array());
  EXPECT_EQ(decided.terms()[0]["matchFields"][1], pin);
}

TEST(Pin, IsNothingForAPodThatTheInTreeControllerPinned) {
  const auto decided = decide_pod(daemon_pod(with_terms("[" + pinned_term.dump() + "]")));
  EXPECT_EQ(decided.decision.pin, admission::Pin::present);
  EXPECT_EQ(decided.node(), "n1");
  EXPECT_TRUE(admission::pin(decided.request.pod.spec, "n1", 1).empty());
}

TEST(Pin, NeverAdmitsAnotherNode) {
  const auto decided = decide_pod(
      daemon_pod(R"("nodeName":"n1",)" +
                 with_terms(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["n2"]}]}])")));
  EXPECT_EQ(decided.node(), "n1");
  EXPECT_EQ(decided.terms()[0]["matchFields"][1], pin);
}

/// Requirement 2.5: an empty term matches no node. The pod runs on no node, so the answer must not say that it is
/// pinned.
TEST(Pin, SaysWhenThePodCanRunNowhere) {
  for (const auto* const terms : {"[{}]", R"([{},{"matchExpressions":[],"matchFields":null}])"}) {
    const auto decided = decide_pod(daemon_pod(with_terms(terms), R"("annotations":{"everynode.dev/node":"n1"})"));
    EXPECT_EQ(decided.decision.pin, admission::Pin::nowhere) << terms;
    EXPECT_EQ(admission::answer(decided.request, decided.decision).warnings.size(), 1U);
  }
  const auto half = decide_pod(daemon_pod(with_terms("[{}," + pinned_term.dump() + "]")));
  EXPECT_EQ(half.decision.pin, admission::Pin::present);
}

}  // namespace
}  // namespace everynode
