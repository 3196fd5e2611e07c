// Where a DaemonSet's pods belong: sections 2 and 3 of the requirements.
#include "everynode/objects/placement.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "everynode/objects/encode.hpp"

namespace everynode::objects {
namespace {

using support::node;
using support::pod_template;

/// "run" (a pod belongs there), "stay" (it may stay), "go".
std::string judged(const PodTemplate& pod_template, const Node& node) {
  const Placement placement = place(pod_template.rules, node);
  EXPECT_EQ(placement.misfit == Misfit::none, placement.should_run);
  EXPECT_EQ(explain_misfit(pod_template.rules, node).empty(), placement.should_run);
  if (placement.should_run) return placement.should_continue ? "run" : "nonsense";
  return placement.should_continue ? "stay" : "go";
}

std::string judged(const std::string& spec, const Node& node) {
  return judged(pod_template(spec), node);
}

std::string terms(const std::string& list) {
  return R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":)" +
         list + "}}}";
}

TEST(Placement, WantsTheNodeOfTheTemplate) {  // requirement 2.1
  EXPECT_EQ(judged(R"("nodeName":"n1")", node("n1")), "run");
  EXPECT_EQ(judged(R"("nodeName":"n1")", node("n2")), "go");
  EXPECT_EQ(judged(R"("nodeName":"")", node("n2")), "run");
}

TEST(Placement, WantsEachLabelOfTheNodeSelector) {  // requirements 2.2 and 2.5
  const std::string selector = R"("nodeSelector":{"zone":"a","disk":""})";
  EXPECT_EQ(judged(selector, node("n", {{"zone", "a"}, {"disk", ""}})), "run");
  EXPECT_EQ(judged(selector, node("n", {{"zone", "a"}})), "go");
  EXPECT_EQ(judged(selector, node("n", {{"zone", "b"}, {"disk", ""}})), "go");
  EXPECT_EQ(judged(R"("nodeSelector":{"not a key":"not a value!"})", node("n", {{"not a key", "not a value!"}})),
            "run");
}

TEST(Placement, AndsNodeSelectorAndAffinity) {  // requirement 2.5
  const std::string both =
      R"("nodeSelector":{"zone":"a"},)" + terms(R"([{"matchExpressions":[{"key":"disk","operator":"Exists"}]}])");
  EXPECT_EQ(judged(both, node("n", {{"zone", "a"}, {"disk", "ssd"}})), "run");
  EXPECT_EQ(judged(both, node("n", {{"zone", "a"}})), "go");
  EXPECT_EQ(judged(both, node("n", {{"disk", "ssd"}})), "go");
}

TEST(Placement, OrsTermsAndAndsWhatIsInThem) {  // requirement 2.5
  const Node n1 = node("n1", {{"zone", "a"}});
  const std::string zone = R"({"key":"zone","operator":"In","values":["a"]})";
  const std::string other = R"({"key":"zone","operator":"In","values":["b"]})";
  const std::string name = R"({"key":"metadata.name","operator":"In","values":["n1"]})";
  const std::string other_name = R"({"key":"metadata.name","operator":"In","values":["n2"]})";
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"([{"matchExpressions":[)" + zone + "]}]", "run"},
      {R"([{"matchExpressions":[)" + zone + "," + other + "]}]", "go"},
      {R"([{"matchExpressions":[)" + other + R"(]},{"matchExpressions":[)" + zone + "]}]", "run"},
      {R"([{"matchExpressions":[)" + zone + R"(],"matchFields":[)" + name + "]}]", "run"},
      {R"([{"matchExpressions":[)" + zone + R"(],"matchFields":[)" + other_name + "]}]", "go"},
      {R"([{"matchFields":[)" + name + "]}]", "run"},
      {"[]", "go"},
      {"[{}]", "go"},
      {R"([{"matchExpressions":[],"matchFields":[]}])", "go"},
      {R"([{},{"matchFields":[)" + name + "]}]", "run"},
  };
  for (const auto& [list, expected] : cases) EXPECT_EQ(judged(terms(list), n1), expected) << list;
  EXPECT_EQ(judged(R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{}}})", n1), "go");
  EXPECT_EQ(judged(R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":null}})", n1),
            "run");
  EXPECT_EQ(
      judged(R"("affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1}]}})", n1),
      "run");
}

TEST(Placement, ReadsExpressionsAsTheApiDoes) {  // requirement 2.6
  const Node n = node("n", {{"zone", "a"}, {"cores", "8"}, {"word", "eight"}, {"empty", ""}});
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("key":"zone","operator":"In","values":["a","b"])", "run"},
      {R"("key":"zone","operator":"In","values":["b"])", "go"},
      {R"("key":"zone","operator":"In","values":[])", "go"},
      {R"("key":"zone","operator":"In")", "go"},
      {R"("key":"none","operator":"In","values":[""])", "go"},
      {R"("key":"empty","operator":"In","values":[""])", "run"},
      {R"("key":"zone","operator":"NotIn","values":["b"])", "run"},
      {R"("key":"none","operator":"NotIn","values":["b"])", "run"},
      {R"("key":"zone","operator":"NotIn","values":["a"])", "go"},
      {R"("key":"zone","operator":"NotIn","values":[])", "go"},
      {R"("key":"zone","operator":"Exists")", "run"},
      {R"("key":"none","operator":"Exists")", "go"},
      {R"("key":"zone","operator":"Exists","values":["a"])", "go"},
      {R"("key":"none","operator":"DoesNotExist")", "run"},
      {R"("key":"none","operator":"DoesNotExist","values":["a"])", "go"},
      {R"("key":"zone","operator":"DoesNotExist")", "go"},
      {R"("key":"cores","operator":"Gt","values":["7"])", "run"},
      {R"("key":"cores","operator":"Gt","values":["8"])", "go"},
      {R"("key":"cores","operator":"Lt","values":["9"])", "run"},
      {R"("key":"cores","operator":"Lt","values":["8"])", "go"},
      {R"("key":"cores","operator":"Gt","values":["1","2"])", "go"},
      {R"("key":"cores","operator":"Gt","values":["seven"])", "go"},
      {R"("key":"cores","operator":"Lt","values":["9223372036854775807"])", "run"},
      {R"("key":"cores","operator":"Lt","values":["9223372036854775808"])", "go"},
      {R"("key":"word","operator":"Gt","values":["1"])", "go"},
      {R"("key":"none","operator":"Lt","values":["1"])", "go"},
      {R"("key":"not a key","operator":"NotIn","values":["a"])", "go"},
      {R"("key":"zone","operator":"NotIn","values":["not a value!"])", "go"},
      {R"("key":"zone","operator":"Like","values":["a"])", "go"},
  };
  for (const auto& [expression, expected] : cases) {
    EXPECT_EQ(judged(terms(R"([{"matchExpressions":[{)" + expression + "}]}]"), n), expected) << expression;
    const std::string beside = R"([{"matchExpressions":[{)" + expression +
                               R"(}]},{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}])";
    EXPECT_EQ(judged(terms(beside), n), "run") << "a bad term spoils no other: " << expression;
  }
}

TEST(Placement, ReadsFieldsAsTheApiDoes) {  // requirement 2.7
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("key":"metadata.name","operator":"In","values":["n"])", "run"},
      {R"("key":"metadata.name","operator":"In","values":["m"])", "go"},
      {R"("key":"metadata.name","operator":"In","values":["n","m"])", "go"},
      {R"("key":"metadata.name","operator":"In","values":[])", "go"},
      {R"("key":"metadata.name","operator":"NotIn","values":["m"])", "run"},
      {R"("key":"metadata.name","operator":"NotIn","values":["n"])", "go"},
      {R"("key":"metadata.name","operator":"Exists")", "go"},
      {R"("key":"metadata.name","operator":"Gt","values":["1"])", "go"},
      {R"("key":"spec.podCIDR","operator":"In","values":[""])", "run"},
      {R"("key":"spec.podCIDR","operator":"NotIn","values":["x"])", "run"},
      {R"("key":"spec.podCIDR","operator":"In","values":["x"])", "go"},
  };
  for (const auto& [field, expected] : cases) {
    EXPECT_EQ(judged(terms(R"([{"matchFields":[{)" + field + "}]}]"), node("n")), expected) << field;
  }
}

TEST(Placement, HeedsTaintsThatNothingTolerates) {  // requirements 2.3 and 2.4
  const Taint no_schedule{.key = "gpu", .value = "true", .effect = "NoSchedule"};
  const Taint no_execute{.key = "sick", .value = "", .effect = "NoExecute"};
  const Taint prefers{.key = "busy", .value = "", .effect = "PreferNoSchedule"};
  const std::string tolerates_gpu = R"("tolerations":[{"key":"gpu","operator":"Exists"}])";
  const std::string tolerates_sick = R"("tolerations":[{"key":"sick","operator":"Exists"}])";
  const std::string nothing = R"("tolerations":[])";
  EXPECT_EQ(judged(nothing, node("n", {}, {prefers})), "run");
  EXPECT_EQ(judged(nothing, node("n", {}, {no_schedule})), "stay");
  EXPECT_EQ(judged(nothing, node("n", {}, {no_execute})), "go");
  EXPECT_EQ(judged(nothing, node("n", {}, {no_schedule, no_execute})), "go");
  EXPECT_EQ(judged(tolerates_gpu, node("n", {}, {no_schedule, prefers})), "run");
  EXPECT_EQ(judged(tolerates_gpu, node("n", {}, {no_schedule, no_execute})), "go");
  EXPECT_EQ(judged(tolerates_sick, node("n", {}, {no_schedule, no_execute})), "stay");
  EXPECT_EQ(judged(R"("tolerations":[{"operator":"Exists"}])", node("n", {}, {no_schedule, no_execute})), "run");
}

TEST(Placement, ToleratesWhatTheNodeControllerSays) {  // requirements 2.3 and 3.1
  const auto taint = [](const std::string& name, const std::string& effect) {
    return node("n", {}, {{.key = "node.kubernetes.io/" + name, .value = "", .effect = effect}});
  };
  const std::string plain = R"("hostNetwork":false)";
  const std::string host = R"("hostNetwork":true)";
  for (const auto* name : {"disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"}) {
    EXPECT_EQ(judged(plain, taint(name, "NoSchedule")), "run") << name;
    EXPECT_EQ(judged(plain, taint(name, "NoExecute")), "go") << name;
  }
  for (const auto* name : {"not-ready", "unreachable"}) {
    EXPECT_EQ(judged(plain, taint(name, "NoExecute")), "run") << name;
    EXPECT_EQ(judged(plain, taint(name, "NoSchedule")), "stay") << name;
  }
  EXPECT_EQ(judged(plain, taint("network-unavailable", "NoSchedule")), "stay");
  EXPECT_EQ(judged(host, taint("network-unavailable", "NoSchedule")), "run");
}

TEST(Placement, MatchesTolerationsAsTheApiDoes) {  // requirement 2.8
  const Taint taint{.key = "k", .value = "v", .effect = "NoSchedule"};
  const std::vector<std::pair<Toleration, bool>> cases{
      {{.key = "k", .op = "Equal", .value = "v", .effect = "NoSchedule", .toleration_seconds = {}}, true},
      {{.key = "k", .op = "", .value = "v", .effect = "", .toleration_seconds = {}}, true},
      {{.key = "k", .op = "", .value = "w", .effect = "", .toleration_seconds = {}}, false},
      {{.key = "k", .op = "Exists", .value = "", .effect = "NoExecute", .toleration_seconds = {}}, false},
      {{.key = "k", .op = "Exists", .value = "ignored", .effect = "", .toleration_seconds = {}}, true},
      {{.key = "", .op = "Exists", .value = "", .effect = "", .toleration_seconds = {}}, true},
      {{.key = "other", .op = "Exists", .value = "", .effect = "", .toleration_seconds = {}}, false},
      {{.key = "k", .op = "Gt", .value = "v", .effect = "", .toleration_seconds = {}}, false},
      {{.key = "k", .op = "Lt", .value = "v", .effect = "", .toleration_seconds = {}}, false},
  };
  for (const auto& [toleration, expected] : cases)
    EXPECT_EQ(tolerates(toleration, taint), expected) << to_json(toleration);
}

TEST(Placement, ComparesTolerationsAsNumbers) {  // requirement 2.8
  const auto tolerated = [](std::string_view op, std::string_view limit, std::string taint) {
    return tolerates({.key = "k", .op = op, .value = limit, .effect = "", .toleration_seconds = {}},
                     {.key = "k", .value = std::move(taint), .effect = "NoSchedule"});
  };
  EXPECT_TRUE(tolerated("Lt", "100", "99"));
  EXPECT_FALSE(tolerated("Lt", "100", "100"));
  EXPECT_FALSE(tolerated("Lt", "100", "101"));
  EXPECT_TRUE(tolerated("Gt", "100", "101"));
  EXPECT_FALSE(tolerated("Gt", "100", "100"));
  EXPECT_TRUE(tolerated("Gt", "99", "100")) << "as text 100 comes first";
  EXPECT_TRUE(tolerated("Gt", "-5", "0"));
  EXPECT_TRUE(tolerated("Lt", "9223372036854775807", "9223372036854775806"));
  for (const auto* number : {"", "x", "05", "1.5", "9223372036854775808"}) {
    EXPECT_FALSE(tolerated("Lt", "10", number)) << number;
    EXPECT_FALSE(tolerated("Gt", number, "10")) << number;
  }
  const Taint other{.key = "other", .value = "5", .effect = "NoSchedule"};
  EXPECT_FALSE(tolerates({.key = "k", .op = "Lt", .value = "9", .effect = "", .toleration_seconds = {}}, other));
  const Taint evicting{.key = "k", .value = "5", .effect = "NoExecute"};
  EXPECT_FALSE(
      tolerates({.key = "k", .op = "Lt", .value = "9", .effect = "NoSchedule", .toleration_seconds = {}}, evicting));
}

TEST(Placement, SaysWhyNot) {
  const std::string spec = R"("nodeSelector":{"zone":"a"},"tolerations":[])";
  EXPECT_EQ(explain_misfit(pod_template(spec).rules, node("n", {{"zone", "b"}})),
            "nodeSelector wants the label zone=a, the node has zone=b");
  EXPECT_EQ(explain_misfit(pod_template(spec).rules, node("n")),
            "nodeSelector wants the label zone=a, the node has none of that key");
  EXPECT_EQ(explain_misfit(pod_template(spec).rules,
                           node("n", {{"zone", "a"}}, {{.key = "gpu", .value = "true", .effect = "NoSchedule"}})),
            "not tolerated: taint gpu=true:NoSchedule");
}

/// The tolerations that pods get, one a line: "key/effect/seconds".
std::string tolerations_of(const std::string& list, bool host_network = false) {
  const PodTemplate read =
      pod_template(R"("tolerations":)" + list + R"(,"hostNetwork":)" + (host_network ? "true" : "false"));
  std::string text;
  for (const auto& toleration : read.rules.tolerations) {
    const bool ours = toleration.key.starts_with("node.kubernetes.io/");
    const std::string_view key = toleration.key.empty() ? "*" : toleration.key;
    text += (text.empty() ? "" : " ") + std::string(ours ? key.substr(19) : key);
    if (toleration.op != "Exists") text += "(" + std::string(toleration.op) + ")";
    if (toleration.toleration_seconds) text += ":" + std::to_string(*toleration.toleration_seconds);
  }
  return text;
}

TEST(Tolerations, GetTheDefaultsInOrder) {  // requirement 3.1
  EXPECT_EQ(tolerations_of("[]"), "not-ready unreachable disk-pressure memory-pressure pid-pressure unschedulable");
  EXPECT_EQ(tolerations_of("null", true),
            "not-ready unreachable disk-pressure memory-pressure pid-pressure unschedulable network-unavailable");
}

TEST(Tolerations, AreReplacedInPlaceByTheSameOfTheDefaults) {  // requirement 3.2
  const std::string rest = " unreachable disk-pressure memory-pressure pid-pressure unschedulable";
  const std::string not_ready =
      R"({"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":60})";
  EXPECT_EQ(tolerations_of(R"([{"key":"a","operator":"Exists"},)" + not_ready + R"(,{"key":"b","operator":"Exists"}])"),
            "a not-ready b" + rest);
  EXPECT_EQ(tolerations_of("[" + not_ready + "," + not_ready + "]"), "not-ready not-ready" + rest)
      << "duplicates are not collapsed";
  EXPECT_EQ(tolerations_of(R"([{"operator":"Exists"}])"), "* not-ready" + rest) << "a wildcard suppresses nothing";
  EXPECT_EQ(tolerations_of(R"([{"key":"node.kubernetes.io/unreachable","effect":"NoExecute","tolerationSeconds":5}])"),
            "unreachable():5 not-ready" + rest)
      << "another operator is another toleration";
}

}  // namespace
}  // namespace everynode::objects
