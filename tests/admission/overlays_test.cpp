// Overlays at admission: pinned and fitted in one patch, checked before it is sent, and given up rather than the pin.
#include <gtest/gtest.h>

#include "admission/apply.hpp"
#include "clusters.hpp"
#include "decided.hpp"
#include "everynode/objects/decode.hpp"

namespace everynode::admission {
namespace {

using nlohmann::json;

const json image_overlay = overlay_of("image", {{"containers", {{{"name", "agent"}, {"image", "i:2"}}}}});

TEST(Overlays, ArePartOfTheSamePatchAsThePin) {
  const auto decided = Cluster({image_overlay}, {node_of("n1")}).decide(pod_on("n1"));
  ASSERT_EQ(decided.decision.result, Result::patched) << decided.decision.detail;
  const json pod = decided.patched();
  EXPECT_EQ(pod["spec"]["containers"][0]["image"], "i:2");
  EXPECT_TRUE(pod["spec"].contains("affinity"));
  EXPECT_TRUE(pod["metadata"]["annotations"]["everynode.dev/overlays"].get<std::string>().starts_with("image@"));
}

/// Both annotations, though the map is made once.
TEST(Overlays, StampAPodThatHasNoAnnotationsYet) {
  json pod = pod_on("n1");
  pod["metadata"].erase("annotations");
  pod["spec"]["affinity"] = json::parse(
      "{" + support::with_terms(R"([{"matchFields":[{"key":"metadata.name","operator":"In","values":["n1"]}]}])") +
      "}")["affinity"];
  const json annotations = Cluster({image_overlay}, {}).decide(pod).patched()["metadata"]["annotations"];
  EXPECT_EQ(annotations["everynode.dev/node"], "n1");
  EXPECT_TRUE(annotations.contains("everynode.dev/overlays"));
}

/// The reconciler creates a pod without the overlays that the API server refuses. An overlay that has changed since is
/// another one.
TEST(Overlays, StayOutOfAPodThatWasRefusedWithThem) {
  const Cluster cluster({image_overlay}, {node_of("n1")});
  json pod = pod_on("n1");
  const std::string stamp = cluster.decide(pod).decision.fit->stamp;
  pod["metadata"]["annotations"]["everynode.dev/overlays-refused"] = stamp;
  const auto without = cluster.decide(pod);
  EXPECT_EQ(without.decision.without_overlays, "the API server refused it with them");
  EXPECT_EQ(without.patched()["spec"]["containers"][0]["image"], "i:1");
  EXPECT_TRUE(without.patched()["spec"].contains("affinity"));
  pod["metadata"]["annotations"]["everynode.dev/overlays-refused"] = "image@another";
  EXPECT_EQ(cluster.decide(pod).patched()["spec"]["containers"][0]["image"], "i:2");
}

/// The API server calls again (reinvocationPolicy IfNeeded).
TEST(Overlays, ThatAreInAPodStayInItWhereAnotherWebhookHasSetALimit) {
  const Cluster cluster(
      {overlay_of(
          "large",
          {{"containers",
            {{{"name", "agent"}, {"image", "i:2"}, {"resources", {{"requests", {{"memory", {{"base", "2Gi"}}}}}}}}}}})},
      {node_of("n1")});
  json pod = cluster.decide(pod_on("n1")).patched();
  const json stamp = pod["metadata"]["annotations"]["everynode.dev/overlays"];
  pod["spec"]["containers"][0]["resources"]["limits"]["memory"] = "1Gi";
  const auto second = cluster.decide(pod);
  const json fitted = second.patched();
  EXPECT_EQ(fitted["spec"]["containers"][0]["image"], "i:2");
  EXPECT_EQ(fitted["spec"]["containers"][0]["resources"]["requests"]["memory"], "1Gi");
  EXPECT_EQ(fitted["metadata"]["annotations"]["everynode.dev/overlays"], stamp);
  EXPECT_EQ(
      answer(second.request, second.decision).warnings,
      std::vector<std::string>{"everynode: containers[agent].resources.requests.memory is 1Gi, its limit, and not "
                               "2Gi; overlay large was in the pod before"});
  EXPECT_EQ(cluster.decide(fitted).decision.result, Result::unchanged);
}

/// In takeover the reconciler has fitted the pod, and may know more.
TEST(Overlays, ThatAreInAPodAreNotDeniedByAWebhookThatKnowsLess) {
  const json by_size = overlay_of("by-size", {{"nodes", {{"matchLabels", {{"size", "big"}}}}},
                                              {"containers", {{{"name", "agent"}, {"args", {"big"}}}}}});
  const json fitted = Cluster({image_overlay, by_size}, {node_of("n1")}).decide(pod_on("n1")).patched();
  const auto stamp_after = [&](const std::vector<json>& overlays, const std::vector<json>& nodes) {
    const auto decided = Cluster(overlays, nodes).decide(fitted);
    EXPECT_EQ(decided.decision.result, Result::unchanged) << decided.decision.patch_json;
    return decided.patched()["metadata"]["annotations"]["everynode.dev/overlays"];
  };
  const json stamp = fitted["metadata"]["annotations"]["everynode.dev/overlays"];
  EXPECT_EQ(stamp_after({image_overlay, by_size}, {}), stamp) << "the node is not known";
  EXPECT_EQ(stamp_after({by_size}, {}), stamp);
  EXPECT_EQ(stamp_after({image_overlay}, {node_of("n1")}), stamp) << "an overlay is not known yet";
  EXPECT_EQ(stamp_after({}, {node_of("n1")}), stamp);
}

TEST(Overlays, OfOtherNamespacesChangeNothing) {
  json foreign = image_overlay;
  foreign["metadata"]["namespace"] = "other";
  const auto decided = Cluster({foreign}, {node_of("n1")}).decide(pod_on("n1"));
  EXPECT_FALSE(decided.decision.fit);
  EXPECT_EQ(decided.patched()["spec"]["containers"][0]["image"], "i:1");
}

/// The API server has checked the creator's rights in the namespace of the request. What the object says proves
/// nothing.
TEST(Overlays, AreThoseOfTheNamespaceThatTheRequestIsFor) {
  json foreign = image_overlay;
  foreign["metadata"]["namespace"] = "other";
  json pod = pod_on("n1");
  pod["metadata"]["namespace"] = "other";
  const auto decided = Cluster({foreign}, {node_of("n1")}).decide(pod);
  EXPECT_FALSE(decided.decision.fit);
  EXPECT_EQ(decided.patched()["spec"]["containers"][0]["image"], "i:1");
}

TEST(Overlays, ThatDependOnANodeNameItIfItIsNotKnown) {
  const json container{{"name", "agent"}};
  const auto with = [&](const char* const field, json value) {
    json one = container;
    one[field] = std::move(value);
    return json{{"containers", {one}}};
  };
  const json fixed = {{"requests", {{"cpu", {{"base", 1}}}}}};
  const json of_node = {{"limits", {{"memory", {{"perPod", "1Mi"}}}}}};
  const auto lacking = [](const json& spec, const std::string& node) {
    const auto decided = Cluster({overlay_of("one", spec)}, {node_of("n1")}).decide(pod_on(node));
    return std::string(decided.decision.lacking_node());
  };
  EXPECT_EQ(lacking(with("image", "i:2"), "n2"), "");
  EXPECT_EQ(lacking(with("resources", fixed), "n2"), "");
  EXPECT_EQ(lacking(with("resources", of_node), "n2"), "n2");
  EXPECT_EQ(lacking(with("resources", of_node), "n1"), "");
  EXPECT_EQ(lacking(with("env", {{{"name", "A"}, {"nodeLabel", "size"}}}), "n2"), "n2");
  EXPECT_EQ(lacking({{"nodes", {{"matchLabels", {{"size", "big"}}}}}}, "n2"), "n2");
  EXPECT_EQ(lacking({{"daemonSets", {{"matchLabels", {{"app", "other"}}}}}, {"nodes", json::object()}}, "n2"), "");
}

TEST(Overlays, AreFittedToANodeThatWasFetched) {
  const Cluster cluster({overlay_of("big", {{"nodes", {{"matchLabels", {{"size", "big"}}}}},
                                            {"containers", {{{"name", "agent"}, {"image", "i:2"}}}}})},
                        {node_of("n1")});
  codec::Document document;
  const auto fetched = overlay::read_node(node_of("n2").dump(), document).value();
  Facts facts = cluster.facts();
  facts.fetched = &fetched;
  const auto image_on = [&](const std::string& node) {
    return cluster.decide(pod_on(node).dump(), facts).patched()["spec"]["containers"][0]["image"];
  };
  EXPECT_EQ(image_on("n2"), "i:2");
  EXPECT_EQ(image_on("n3"), "i:1") << "it is for its own pods only";
}

/// Whoever may create pods of a namespace can say that a DaemonSet owns one. He gets what an overlay offers, which he
/// may write himself, and the rest of the pod stays as he wrote it.
TEST(Overlays, GiveAForgedOwnerNothingBeyondWhatTheyOffer) {
  json pod = pod_on("n1");
  pod["metadata"]["ownerReferences"][0]["uid"] = "made-up";
  pod["spec"]["containers"][0]["securityContext"] = {{"runAsNonRoot", true}};
  const json all_offered = overlay_of(
      "all",
      {{"priorityClassName", "system-node-critical"},
       {"containers",
        {{{"name", "*"},
          {"image", "i:2"},
          {"args", {"a"}},
          {"env", {{{"name", "SIZE"}, {"nodeLabel", "size"}}}},
          {"resources", {{"requests", {{"cpu", {{"base", 1}}}}}, {"limits", {{"memory", {{"base", "1Gi"}}}}}}}}}}});
  const auto decided = Cluster({all_offered}, {node_of("n1")}).decide(pod);
  EXPECT_EQ(decided.patched()["spec"]["containers"][0]["env"][0]["value"], "big");
  json rest = decided.patched();
  for (const char* const field : {"image", "args", "env", "resources"}) rest["spec"]["containers"][0].erase(field);
  for (const char* const field : {"priorityClassName", "affinity", "tolerations"}) rest["spec"].erase(field);
  for (const char* const key : {"everynode.dev/node", "everynode.dev/overlays"})
    rest["metadata"]["annotations"].erase(key);
  pod["spec"]["containers"][0].erase("image");
  pod["metadata"]["annotations"].erase("everynode.dev/node");
  EXPECT_EQ(rest, pod);
}

TEST(Overlays, ThatAreRefusedAreNamedInWarningsAndAudit) {
  const json impossible = overlay_of("sidecar", {{"containers", {{{"name", "sidecar"}, {"image", "i"}}}}});
  const auto decided = Cluster({image_overlay, impossible}, {node_of("n1")}).decide(pod_on("n1"));
  const Response response = answer(decided.request, decided.decision);
  EXPECT_EQ(
      response.warnings,
      std::vector<std::string>{"everynode: overlay sidecar is not in this pod: the pod has no container \"sidecar\""});
  EXPECT_EQ(response.audit_annotations.back(),
            (std::pair<std::string_view, std::string>("overlays-refused", "sidecar")));
}

/// Whatever is wrong with overlays, the pod is pinned.
TEST(Overlays, AreGivenUpWhereThePodWouldBecomeTooLarge) {
  const json huge = overlay_of(
      "huge", {{"containers", {{{"name", "agent"}, {"args", json::array({std::string(1536 * 1024, 'x')})}}}}});
  const auto decided = Cluster({huge}, {node_of("n1")}).decide(pod_on("n1"));
  ASSERT_EQ(decided.decision.result, Result::patched);
  EXPECT_FALSE(decided.patched()["spec"]["containers"][0].contains("args"));
  EXPECT_TRUE(decided.patched()["spec"].contains("affinity"));
  const Response response = answer(decided.request, decided.decision);
  ASSERT_EQ(response.warnings.size(), 1U);
  EXPECT_TRUE(response.warnings[0].starts_with("everynode left the overlays out of this pod: "))
      << response.warnings[0];
}

/// The check sees what is written into containers (requirement A7).
TEST(Overlays, ThatWouldNotApplyAreSeenByTheCheck) {
  const std::string text =
      R"({"spec":{"containers":[{"name":"a","image":"i","env":[{"name":"A"}],"resources":{"limits":{"cpu":"1"}}}]}})";
  const auto problem_with = [&](const std::string& op, const std::string& path, const std::string& value) {
    codec::Document document;
    codec::Document scratch;
    objects::Pod pod;
    EXPECT_TRUE(document.read(text, [&](codec::JsonValue root) { read(root, pod, objects::PodParts::all); }));
    return support::error_of(
        apply(R"([{"op":")" + op + R"(","path":"/spec/)" + path + R"(","value":)" + value + "}]", pod, scratch));
  };
  const std::string nothing = "[0].value: there is nothing to replace";
  EXPECT_EQ(problem_with("replace", "containers/0/image", R"("j")"), "");
  EXPECT_EQ(problem_with("replace", "containers/0/args", "[]"), nothing);
  EXPECT_EQ(problem_with("replace", "containers/0/resources/limits/memory", R"("1")"), nothing);
  EXPECT_EQ(problem_with("replace", "containers/0/resources/limits/cpu", "2"), "");
  EXPECT_EQ(problem_with("add", "containers/0/resources/requests/cpu", R"("1")"), "[0].value: the parent is missing");
  EXPECT_EQ(problem_with("add", "containers/0/resources/requests", R"({"cpu":true})"),
            "[0].value.cpu: expected a string");
  EXPECT_EQ(problem_with("replace", "containers/1/image", R"("j")"), "[0].value: the list ends before element 1");
  EXPECT_EQ(problem_with("replace", "containers/0/env/1", "{}"), "[0].value: the list ends before element 1");
  EXPECT_EQ(problem_with("replace", "containers/0/env/0", R"({"name":"B","value":1})"),
            "[0].value.value: expected a string");
  EXPECT_EQ(problem_with("replace", "containers/0/securityContext", "{}"),
            "[0].value: Everynode writes no field securityContext");
  EXPECT_EQ(problem_with("replace", "containers/0", "{}"), "[0].value: Everynode writes no field containers");
  EXPECT_EQ(problem_with("replace", "priority", "1"), nothing);
}

}  // namespace
}  // namespace everynode::admission
