#include "everynode/admission/decide.hpp"

#include <gtest/gtest.h>

#include "decided.hpp"

namespace everynode::admission {
namespace {

using nlohmann::json;
using support::daemon_pod;
using support::decide_pod;
using support::decide_review;
using support::review_of;
using support::with_terms;

const std::string on_n1 = R"("annotations":{"everynode.dev/node":"n1"})";

std::string outcome(const support::Decided& decided) {
  return std::string(name_of(decided.decision.result)) + " " + std::string(name_of(decided.decision.reason));
}

std::string pod_owned_by(const std::string& references) {
  return R"({"kind":"Pod","metadata":{"ownerReferences":)" + references + R"(},"spec":{}})";
}

TEST(Decide, LeavesOtherRequestsAlone) {
  const std::string pod = daemon_pod("");
  EXPECT_EQ(outcome(decide_review(review_of(pod, "UPDATE"))), "skipped not_pod_creation");
  EXPECT_EQ(outcome(decide_review(review_of("null", "DELETE"))), "skipped not_pod_creation");
  EXPECT_EQ(outcome(decide_review(review_of(pod, "CREATE", "replicasets"))), "skipped not_pod_creation");
  EXPECT_EQ(outcome(decide_review(
                R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","resource":)"
                R"({"group":"","resource":"pods"},"subResource":"binding","operation":"CREATE","object":{}}})")),
            "skipped not_pod_creation");
  EXPECT_EQ(outcome(decide_review(
                R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"1","resource":)"
                R"({"group":"metrics.k8s.io","resource":"pods"},"operation":"CREATE","object":{}}})")),
            "skipped not_pod_creation");
}

TEST(Decide, LeavesMirrorPodsAlone) {
  EXPECT_EQ(outcome(decide_pod(daemon_pod("", R"("annotations":{"kubernetes.io/config.mirror":"hash"})"))),
            "skipped mirror_pod");
}

TEST(Decide, LeavesPodsThatNoDaemonSetControlsAlone) {
  for (const auto* references :
       {"[]", "null", R"([{"kind":"ReplicaSet","controller":true}])", R"([{"kind":"DaemonSet","controller":false}])",
        R"([{"kind":"DaemonSet"}])", R"([{"kind":"DaemonSet"},{"kind":"Node","controller":true}])"}) {
    EXPECT_EQ(outcome(decide_pod(pod_owned_by(references))), "skipped no_daemon_set") << references;
  }
}

TEST(Decide, TakesDaemonSetsOfAnyGroupAndConfiguredKinds) {
  const std::string kruise = R"([{"apiVersion":"apps.kruise.io/v1alpha1","kind":"DaemonSet","controller":true}])";
  EXPECT_EQ(outcome(decide_pod(pod_owned_by(kruise))), "patched no_target");
  const std::string own = R"([{"apiVersion":"example.com/v1","kind":"NodeAgent","controller":true}])";
  EXPECT_EQ(outcome(decide_pod(pod_owned_by(own))), "skipped no_daemon_set");
  Policy policy;
  policy.owner_kinds = {{.group = "example.com", .kind = "NodeAgent"}};
  EXPECT_EQ(outcome(decide_pod(pod_owned_by(own), policy)), "patched no_target");
}

TEST(Decide, AddsBothTolerationsWhateverIsThere) {
  const json both =
      json::parse(R"([{"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule"},
                                    {"key":"node.kubernetes.io/network-unavailable","operator":"Exists","effect":"NoSchedule"}])");
  for (const auto* spec : {"", R"("tolerations":null)", R"("tolerations":[])"}) {
    EXPECT_EQ(decide_pod(daemon_pod(spec, on_n1)).patched()["spec"]["tolerations"], both) << spec;
  }
  const json wildcard =
      decide_pod(daemon_pod(R"("tolerations":[{"operator":"Exists"}])", on_n1)).patched()["spec"]["tolerations"];
  ASSERT_EQ(wildcard.size(), 3U);
  EXPECT_EQ(wildcard[0], json::parse(R"({"operator":"Exists"})"));
}

TEST(Decide, KeepsATolerationWithSecondsAndDoesNotDoubleIt) {
  const auto decided = decide_pod(daemon_pod(
      R"("tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists","effect":"NoSchedule","future":1}])",
      on_n1));
  EXPECT_EQ(decided.patched()["spec"]["tolerations"].size(), 2U);
  EXPECT_EQ(decided.patched()["spec"]["tolerations"][0]["future"], 1);
}

TEST(Decide, NetworkUnavailableFollowsThePolicy) {
  const auto added = [](NetworkUnavailable when, const std::string& spec) {
    Policy policy;
    policy.network_unavailable = when;
    return decide_pod(daemon_pod(spec, on_n1), policy).decision.tolerations.size() == 2;
  };
  const std::string host = R"("hostNetwork":true)";
  EXPECT_TRUE(added(NetworkUnavailable::always, ""));
  EXPECT_TRUE(added(NetworkUnavailable::always, host));
  EXPECT_FALSE(added(NetworkUnavailable::host_network, ""));
  EXPECT_TRUE(added(NetworkUnavailable::host_network, host));
  EXPECT_FALSE(added(NetworkUnavailable::never, host));
}

TEST(Decide, AddsThePolicysTolerations) {
  Policy policy;
  policy.tolerations = {
      {.key = "example.com/gpu", .op = "Exists", .value = "", .effect = "NoSchedule", .toleration_seconds = {}}};
  const auto decided = decide_pod(daemon_pod("", on_n1), policy);
  EXPECT_EQ(decided.patched()["spec"]["tolerations"].back()["key"], "example.com/gpu");
}

TEST(Decide, ASecondCallOnItsOwnResultAnswersNoPatch) {  // requirement A3
  for (const std::string& spec :
       {std::string(), std::string(R"("nodeName":"n1")"),
        with_terms(R"([{"matchExpressions":[{"key":"a","operator":"Exists"}]}])"),
        with_terms(R"([{"matchExpressions":[{"key":"metadata.name","operator":"In","values":["n7"]}]},{}])")}) {
    for (const std::string& metadata : {std::string(), on_n1}) {
      const auto first = decide_pod(daemon_pod(spec, metadata));
      ASSERT_EQ(first.decision.result, Result::patched) << spec;
      const auto second = decide_pod(first.patched().dump());
      EXPECT_EQ(second.decision.result, Result::unchanged) << spec;
      EXPECT_EQ(second.node(), first.node()) << spec;
      EXPECT_EQ(second.decision.patch_json, "");
    }
  }
}

const std::string field_n1 =
    with_terms(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}])");

TEST(Decide, PinsAgainAfterAnotherWebhookHasReplacedTheAffinity) {
  const auto first = decide_pod(daemon_pod(field_n1));
  json replaced = first.patched();
  replaced["spec"]["affinity"] = json::parse(support::pool_affinity);
  const auto second = decide_pod(replaced.dump());
  EXPECT_EQ(second.decision.result, Result::patched);
  EXPECT_EQ(second.node(), "n1");
  EXPECT_EQ(second.terms(), json::parse(R"([{"matchExpressions":[{"key":"pool","operator":"In","values":["a"]}],
      "matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}])"));
}

TEST(Decide, RemembersTheNodeThatTheAffinityNames) {
  const auto annotations = [](const std::string& spec, const std::string& metadata) {
    return decide_pod(daemon_pod(spec, metadata)).patched()["metadata"].value("annotations", json());
  };
  const json n1 = json::parse(R"({"everynode.dev/node":"n1"})");
  EXPECT_EQ(annotations(field_n1, ""), n1);
  EXPECT_EQ(annotations(field_n1, R"("annotations":null)"), n1);
  EXPECT_EQ(annotations(field_n1, R"("annotations":{"a":"b"})"), json::parse(R"({"a":"b","everynode.dev/node":"n1"})"));
  // A template with the annotation gives it to the pods of all nodes: the controller's own field counts.
  EXPECT_EQ(annotations(field_n1, R"("annotations":{"everynode.dev/node":"n9"})"), n1);
  const std::string expression_n1 =
      with_terms(R"([{"matchExpressions":[{"key":"metadata.name","operator":"In","values":["n1"]}]}])");
  EXPECT_EQ(annotations(expression_n1, ""), n1);
  EXPECT_EQ(annotations(R"("nodeName":"n1")", ""), json()) << "nobody can take nodeName away";
  EXPECT_EQ(annotations("", ""), json()) << "there is no node to remember";
}

TEST(Decide, RemembersNothingInAPodOfNoDaemonSet) {
  const auto decided = decide_pod(R"({"kind":"Pod","metadata":{},"spec":{)" + field_n1 + "}}");
  EXPECT_EQ(outcome(decided), "skipped no_daemon_set");
  EXPECT_EQ(decided.decision.patch_json, "");
}

TEST(Decide, AdmitsAPodThatItCannotRead) {
  for (const auto* spec :
       {R"("tolerations":"none")", R"("affinity":[])", R"("nodeName":"a","nodeName":"b")", R"("hostNetwork":1)"}) {
    const auto decided = decide_pod(daemon_pod(spec));
    EXPECT_EQ(outcome(decided), "failed unreadable_pod") << spec;
    EXPECT_NE(decided.decision.detail, "") << spec;
    EXPECT_EQ(decided.decision.patch_json, "") << spec;
  }
  EXPECT_EQ(decide_review(review_of("null")).decision.detail, "there is no object");
}

/// A pod with so many required terms, each of which needs the pin.
std::string pod_with_terms(std::size_t count) {
  std::string terms = R"({"matchExpressions":[{"key":"a","operator":"Exists"}]})";
  for (std::size_t i = 1; i < count; ++i) terms += R"(,{"matchExpressions":[{"key":"a","operator":"Exists"}]})";
  return daemon_pod(with_terms("[" + terms + "]"), on_n1);
}

TEST(Decide, LeavesAPodAloneThatOnlyAHugePatchCouldPin) {
  EXPECT_EQ(outcome(decide_pod(pod_with_terms(900))), "patched target_found");
  EXPECT_EQ(outcome(decide_pod(pod_with_terms(1100))), "failed too_large");
  const auto unread = decide_pod(pod_with_terms(12'000));
  EXPECT_EQ(outcome(unread), "failed too_large");
  EXPECT_NE(unread.decision.detail, "");
}

TEST(Decide, CountsTermsOfOtherPodsAsNobodysTrouble) {
  std::string pod = pod_with_terms(12'000);
  pod.replace(pod.find("DaemonSet"), 9, "ReplicaSet");
  EXPECT_EQ(outcome(decide_pod(pod)), "skipped no_daemon_set");
}

/// etcd stores 1.5 MiB, and the API server's own bookkeeping needs some of that: the patch must not make a pod too
/// large.
TEST(Decide, AddsNothingToAPodThatIsAlmostTooLargeToBeStored) {
  const auto of_size = [](std::size_t bytes) {
    return decide_pod(daemon_pod(R"("containers":[{"args":[")" + std::string(bytes, 'x') + R"("]}])", on_n1));
  };
  EXPECT_EQ(outcome(of_size(1'500'000)), "patched target_found");
  EXPECT_EQ(outcome(of_size(1'560'000)), "failed too_large");
  EXPECT_EQ(outcome(of_size(2'500'000)), "failed too_large");
}

TEST(Answer, TellsTheAuditLogWhatWasDone) {
  const auto decided = decide_pod(daemon_pod("", on_n1));
  const json response = json::parse(to_json(answer(decided.request, decided.decision)))["response"];
  EXPECT_EQ(response["auditAnnotations"],
            json::parse(R"({"node":"n1","node-from":"annotation everynode.dev/node","pin":"added",
      "tolerations":"node.kubernetes.io/unschedulable,node.kubernetes.io/network-unavailable"})"));
  EXPECT_FALSE(response.contains("warnings"));
}

TEST(Answer, WarnsAboutAPodWithoutATarget) {
  const auto decided = decide_pod(daemon_pod(""));
  const Response response = answer(decided.request, decided.decision);
  ASSERT_EQ(response.warnings.size(), 1U);
  EXPECT_EQ(response.warnings[0],
            "everynode: pod of DaemonSet agent names no node, so it is not pinned; name one in the annotation "
            "everynode.dev/node");
}

TEST(Answer, WarnsAboutAnAnnotationThatIsNoNodeName) {
  const auto decided =
      decide_pod(daemon_pod(R"("nodeName":"n1")", R"("annotations":{"everynode.dev/node":"No \"Node\""})"));
  const Response response = answer(decided.request, decided.decision);
  ASSERT_EQ(response.warnings.size(), 1U);
  EXPECT_EQ(response.warnings[0], "everynode: annotation everynode.dev/node: \"No \"Node\"\" is no node name");
}

TEST(Answer, QuotesNoMoreOfAPodThanPeopleRead) {
  const std::string text(100'000, 'x');
  const std::string owner = R"([{"kind":"DaemonSet","name":")" + text + R"(","controller":true}])";
  for (const std::string& pod : {daemon_pod("", R"("annotations":{"everynode.dev/node":"a )" + text + R"("})"),
                                 daemon_pod(R"("nodeName":")" + text + R"(")"), pod_owned_by(owner)}) {
    const auto decided = decide_pod(pod);
    EXPECT_LT(to_json(answer(decided.request, decided.decision)).size(), 2000U);
  }
}

TEST(Answer, HasNeitherPatchNorTypeWithoutAChange) {  // requirements A4 and A5
  const auto decided = decide_pod(pod_owned_by("[]"));
  EXPECT_EQ(to_json(answer(decided.request, decided.decision)),
            R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"r1","allowed":true}})");
}

TEST(Answer, AdmitsAndWarnsWhenSomethingIsWrong) {  // requirement A6
  const auto decided = decide_pod(daemon_pod(R"("tolerations":"none")"));
  const json response = json::parse(to_json(answer(decided.request, decided.decision)))["response"];
  EXPECT_EQ(response["allowed"], true);
  EXPECT_EQ(response["warnings"],
            json::parse(R"(["everynode left this pod as it is: spec.tolerations: expected an array"])"));
  EXPECT_EQ(response["auditAnnotations"]["failed"], "unreadable_pod");
  EXPECT_FALSE(response.contains("patch"));
}

std::vector<std::string> warnings_of(std::string_view pod) {
  const auto decided = decide_pod(pod);
  return answer(decided.request, decided.decision).warnings;
}

/// The API server drops a warning that has a control character, and the user would not get it.
TEST(Answer, WarnsWithoutControlCharacters) {
  const std::string evil = R"(a\u001b[31m\u009b\n\u007f)";
  std::string pod = daemon_pod(R"("tolerations":[])", R"("annotations":{"everynode.dev/node":")" + evil + "\"}");
  pod.replace(pod.find(R"("name":"agent")"), 14, R"("name":")" + evil + "\"");
  const auto warnings = warnings_of(pod);
  ASSERT_EQ(warnings.size(), 2U);
  EXPECT_EQ(warnings[0], R"(everynode: annotation everynode.dev/node: "a\u001b[31m\u009b\n\u007f" is no node name)");
  EXPECT_TRUE(warnings[1].starts_with(R"(everynode: pod of DaemonSet a\u001b[31m\u009b\n\u007f names no node)"))
      << warnings[1];
}

TEST(Answer, NamesWhiteSpaceAroundANode) {
  const auto annotated = [](const std::string& text) {
    return daemon_pod("", R"("annotations":{"everynode.dev/node":")" + text + "\"}");
  };
  const auto block = decide_pod(annotated("n1\\n"));
  EXPECT_EQ(block.node(), "n1");
  EXPECT_EQ(decide_pod(annotated(" \\t n1 ")).node(), "n1");
  EXPECT_EQ(
      warnings_of(annotated("n1\\n")),
      std::vector<std::string>{
          R"(everynode: annotation everynode.dev/node: "n1\n" has white space around the name; it counts as "n1")"});
  EXPECT_EQ(warnings_of(annotated(" \\n"))[0],
            R"(everynode: annotation everynode.dev/node: " \n" is white space, no node name)");
  EXPECT_EQ(warnings_of(annotated("n 1"))[0], R"(everynode: annotation everynode.dev/node: "n 1" is no node name)");
}

TEST(Explain, SaysWhatAndWhy) {
  const auto decided = decide_pod(daemon_pod("", on_n1));
  const std::string text = explain(decided.request, decided.decision);
  EXPECT_TRUE(
      text.starts_with("pod:         kube-system/agent- of DaemonSet agent\n"
                       "result:      patched (target_found)\n"
                       "node:        pinned to n1 (from annotation everynode.dev/node)\n"
                       "tolerations: added node.kubernetes.io/unschedulable,node.kubernetes.io/network-unavailable\n"))
      << text;
}

}  // namespace
}  // namespace everynode::admission
