#include "everynode/sync/requests.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "everynode/codec/document.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::sync {
namespace {

using nlohmann::json;

objects::DaemonSet agent() {
  const std::string text = R"({"metadata":{"name":"agent","namespace":"ns","uid":"ds-1","resourceVersion":"77",
      "generation":3,"annotations":{"kubernetes.io/change-cause":"because"}},
    "spec":{"selector":{"matchLabels":{"app":"agent"}},
      "template":{"metadata":{"labels":{"app":"agent"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}})";
  codec::Document document;
  return objects::read_daemon_set(text, document).value();
}

void expect_request(const kube::Request& request, kube::Verb verb, const std::string& target,
                    const std::string& content_type, const json& body) {
  EXPECT_EQ(request.verb, verb);
  EXPECT_EQ(request.target, target);
  EXPECT_EQ(request.content_type, content_type);
  EXPECT_EQ(json::parse(request.body), body);
}

const std::string pod_target = "/api/v1/namespaces/ns/pods/p";
const std::string revision_target = "/apis/apps/v1/namespaces/ns/controllerrevisions/r";
const std::string merge = "application/merge-patch+json";
const std::string strategic = "application/strategic-merge-patch+json";

/// It has the object's UID, so that the API server refuses it for another object (requirement 8.4).
TEST(Requests, AdoptNamesTheObjectByItsUid) {
  const json body = json::parse(R"({"metadata":{"uid":"u","ownerReferences":[{"apiVersion":"apps/v1",
    "kind":"DaemonSet","name":"agent","uid":"ds-1","controller":true,"blockOwnerDeletion":true}]}})");
  const daemonset::Adopt adopt_pod{daemonset::OwnedKind::pod, "p", "u"};
  expect_request(request_of(adopt_pod, agent()), kube::Verb::patch, pod_target, strategic, body);
  const daemonset::Adopt adopt_revision{daemonset::OwnedKind::controller_revision, "r", "u"};
  expect_request(request_of(adopt_revision, agent()), kube::Verb::patch, revision_target, strategic, body);
}

/// By the UIDs of object and owner (requirement 8.5).
TEST(Requests, ReleaseTakesAwayOurReferenceOnly) {
  const json body = json::parse(R"({"metadata":{"uid":"u","ownerReferences":[{"$patch":"delete","uid":"ds-1"}]}})");
  const daemonset::Release release{daemonset::OwnedKind::pod, "p", "u"};
  expect_request(request_of(release, agent()), kube::Verb::patch, pod_target, strategic, body);
}

/// The UID protects another object of the same name (requirement 5.10).
TEST(Requests, DeletionsNameTheObjectByItsUid) {
  const json body = json::parse(R"({"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"u"}})");
  const daemonset::DeletePod delete_pod{"p", "u", "n1", daemonset::DeleteReason::duplicate};
  expect_request(request_of(delete_pod, agent()), kube::Verb::delete_, pod_target, "application/json", body);
  const daemonset::DeleteRevision delete_revision{"r", "u"};
  expect_request(request_of(delete_revision, agent()), kube::Verb::delete_, revision_target, "application/json", body);
}

/// As kubectl rollout undo sends it, and for the DaemonSet that the plan saw.
TEST(Requests, ATemplateIsPutBackToTheByteOfItsRevision) {
  const std::string data =
      R"({"spec":{"template":{"$patch":"replace", "spec":{"containers":[{"name":"c","image":"\u0069"}]}}}})";
  const kube::Request request = request_of(daemonset::RestoreTemplate{"agent-h", data}, agent());
  EXPECT_EQ(request.verb, kube::Verb::patch);
  EXPECT_EQ(request.target, "/apis/apps/v1/namespaces/ns/daemonsets/agent");
  EXPECT_EQ(request.content_type, strategic);
  EXPECT_EQ(request.body, R"({"metadata":{"resourceVersion":"77"},)" + data.substr(1));
}

/// Who may write revisions need not be allowed to write DaemonSets.
TEST(Requests, ARevisionWithMoreThanATemplateIsNoPatch) {
  EXPECT_TRUE(is_template_patch(R"({"spec":{"template":{"$patch":"replace"}}})"));
  for (const char* other : {R"({"spec":{"template":{}},"metadata":{"finalizers":[]}})",
                            R"({"spec":{"template":{},"updateStrategy":{"type":"OnDelete"}}})", R"({"spec":{}})",
                            R"({"spec":{"template":null}})", R"({"spec":{"template":{}}} {})", "[]", "", "{", "7"}) {
    EXPECT_FALSE(is_template_patch(other)) << other;
  }
}

TEST(Requests, RelabelChangesOneLabel) {
  const json body = json::parse(R"({"metadata":{"uid":"u","labels":{"controller-revision-hash":"h"}}})");
  expect_request(request_of(daemonset::RelabelPod{"p", "u", "h"}, agent()), kube::Verb::patch, pod_target, merge, body);
}

/// Requirement 9.3: the data is not changed.
TEST(Requests, ChangesOfARevisionSayWhichVersionTheyAreMeantFor) {
  const json number = json::parse(R"({"metadata":{"resourceVersion":"5"},"revision":4})");
  const daemonset::ChangeRevision renumber{"r", "5", 4, std::nullopt};
  expect_request(request_of(renumber, agent()), kube::Verb::patch, revision_target, merge, number);
  const json label = json::parse(R"({"metadata":{"resourceVersion":"5","labels":{"controller-revision-hash":"r"}}})");
  const daemonset::ChangeRevision relabel{"r", "5", std::nullopt, "r"};
  expect_request(request_of(relabel, agent()), kube::Verb::patch, revision_target, merge, label);
}

/// The name, labels and annotations that kubectl looks for (requirement 9.4).
TEST(Requests, ANewRevisionHasTheBytesOfTheTemplate) {
  const objects::DaemonSet daemon_set = agent();
  const kube::Request request = request_of(daemonset::CreateRevision{"h", 2}, daemon_set);
  EXPECT_EQ(request.target, "/apis/apps/v1/namespaces/ns/controllerrevisions");
  EXPECT_TRUE(request.body.contains("\"data\":" + daemon_set.revision_data));
  const json body = json::parse(request.body);
  EXPECT_EQ(body["metadata"]["name"], "agent-h");
  EXPECT_EQ(body["metadata"]["labels"], json::parse(R"({"app":"agent","controller-revision-hash":"h"})"));
  EXPECT_EQ(body["metadata"]["annotations"]["kubernetes.io/change-cause"], "because");
  EXPECT_EQ(body["metadata"]["ownerReferences"][0]["uid"], "ds-1");
  EXPECT_EQ(body["revision"], 2);
}

/// A write that meets a newer DaemonSet must fail (requirement 11.3).
TEST(Requests, TheStatusIsForOneVersionOfTheDaemonSet) {
  const kube::Request request =
      write_status(agent(), {.counters = {.observed_generation = 3}, .conditions = {}, .removed = {}});
  EXPECT_EQ(request.target, "/apis/apps/v1/namespaces/ns/daemonsets/agent/status");
  const json body = json::parse(request.body);
  EXPECT_EQ(body["metadata"], json::parse(R"({"resourceVersion":"77"})"));
  EXPECT_EQ(body["status"]["observedGeneration"], 3);
  EXPECT_EQ(body["status"]["numberAvailable"], 0) << "what is 0 is said: a merge patch keeps what it does not name";
  EXPECT_FALSE(body["status"].contains("collisionCount"));
}

TEST(Requests, ARefusalSaysTheSameOfEachPod) {
  EXPECT_EQ(refusal_of("agent-x1", R"(pods "agent-x1" is forbidden: exceeded quota: q)"),
            "forbidden: exceeded quota: q");
  EXPECT_EQ(refusal_of("agent-x1", R"(admission webhook "w" denied the request)"),
            R"(admission webhook "w" denied the request)");
}

TEST(Requests, CollisionsAreCounted) {
  objects::DaemonSet daemon_set = agent();
  const std::string target = "/apis/apps/v1/namespaces/ns/daemonsets/agent/status";
  const json first = json::parse(R"({"metadata":{"resourceVersion":"77"},"status":{"collisionCount":1}})");
  expect_request(count_collision(daemon_set), kube::Verb::patch, target, merge, first);
  daemon_set.collision_count = 4;
  EXPECT_EQ(json::parse(count_collision(daemon_set).body)["status"]["collisionCount"], 5);
}

/// As kubectl describe shows them (requirement 6.7).
TEST(Requests, EventsAreAboutTheDaemonSet) {
  const protocol::Event event =
      event_on(agent(), {.type = EventType::warning, .reason = "FailedCreate", .message = "why"}, {});
  EXPECT_EQ(event.about.api_version, "apps/v1");
  EXPECT_EQ(event.about.kind, "DaemonSet");
  EXPECT_EQ(event.about.uid, "ds-1");
  EXPECT_EQ(event.about.resource_version, "77");
  EXPECT_EQ(event.type, "Warning");
  EXPECT_EQ(event_on(agent(), {.type = EventType::normal, .reason = "SuccessfulCreate", .message = "what"}, {}).type,
            "Normal");
}

TEST(Requests, DeleteWithoutGraceIfNothingRunsThere) {  // requirement 17.2
  const daemonset::DeletePod action{
      .name = "p", .uid = "u", .node = "n", .reason = daemonset::DeleteReason::not_eligible, .force = true};
  EXPECT_EQ(json::parse(request_of(action, agent()).body)["gracePeriodSeconds"], 0);
  EXPECT_FALSE(json::parse(request_of(daemonset::DeletePod{.name = "p", .uid = "u", .node = "n"}, agent()).body)
                   .contains("gracePeriodSeconds"));
}

/// Whatever has changed the list of taints meanwhile makes the patch fail.
TEST(Requests, RemoveATaintWhereItStands) {  // requirement 18.3
  const objects::Node node{.name = "n1",
                           .uid = "u",
                           .labels = {},
                           .taints = {{.key = "a", .value = "", .effect = "NoSchedule"},
                                      {.key = "x/starting", .value = "", .effect = "NoSchedule"},
                                      {.key = "x/starting", .value = "", .effect = "NoExecute"}}};
  const auto request = remove_taint(node, "x/starting");
  ASSERT_TRUE(request);
  expect_request(*request, kube::Verb::patch, "/api/v1/nodes/n1", "application/json-patch+json",
                 json::parse(R"([{"op":"test","path":"/spec/taints/2/key","value":"x/starting"},
                                 {"op":"remove","path":"/spec/taints/2"},
                                 {"op":"test","path":"/spec/taints/1/key","value":"x/starting"},
                                 {"op":"remove","path":"/spec/taints/1"}])"));
  EXPECT_FALSE(remove_taint(node, "y"));
}

}  // namespace
}  // namespace everynode::sync
