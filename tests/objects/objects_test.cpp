// Reading the API's objects.
#include "everynode/objects/objects.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"

namespace everynode::objects {
namespace {

TEST(ReadNode, TakesWhatDecides) {
  codec::Document document;
  const auto node = read_node(R"({"kind":"Node","metadata":{"name":"n1","uid":"u","labels":{"b":"2","a":"1"},
    "annotations":{"x":"y"}},"spec":{"podCIDR":"10.0.0.0/24","taints":[{"key":"k","value":"v","effect":"NoSchedule",
    "timeAdded":"2026-01-01T00:00:00Z"},{"key":"l","effect":"NoExecute"}]},"status":{"conditions":[{}]}})",
                              document);
  ASSERT_TRUE(node) << node.error().text();
  EXPECT_EQ(*node, (Node{.name = "n1",
                         .uid = "u",
                         .labels = {{"a", "1"}, {"b", "2"}},
                         .taints = {{.key = "k", .value = "v", .effect = "NoSchedule"},
                                    {.key = "l", .value = "", .effect = "NoExecute"}}}));
}

TEST(ReadNode, TakesHowItIs) {
  codec::Document document;
  const auto health = [&](const std::string& metadata, const std::string& taint, const std::string& conditions) {
    const auto node = read_node(R"({"metadata":{"name":"n","creationTimestamp":"2026-01-01T00:00:00Z")" + metadata +
                                    R"(},"spec":{"taints":[{"key":")" + taint + R"("}]},"status":{"conditions":[)" +
                                    conditions + "]}}",
                                document);
    EXPECT_TRUE(node) << node.error().text();
    return node->health;
  };
  const std::string ready = R"({"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:01:00Z"})";
  const std::string silent = R"({"type":"Ready","status":"Unknown","lastTransitionTime":"2026-01-01T00:01:00Z"})";
  EXPECT_EQ(to_text(health("", "a", "")), "") << "nothing is said";
  EXPECT_EQ(health("", "a", ready), (NodeHealth{.ready = true,
                                                .ready_changed = *parse_time("2026-01-01T00:01:00Z"),
                                                .created = *parse_time("2026-01-01T00:00:00Z"),
                                                .absence = Absence::none}));
  EXPECT_EQ(to_text(health("", "a", silent)), "NotReady since 2026-01-01T00:01:00Z");
  EXPECT_EQ(to_text(health("", "a", R"({"type":"Ready","status":"False"})")), "NotReady");
  EXPECT_EQ(to_text(health(R"(,"deletionTimestamp":"2026-01-02T00:00:00Z")", "a", ready)), "being deleted");
  EXPECT_EQ(to_text(health("", "node.kubernetes.io/out-of-service", ready)), "out of service");
  const auto lifecycle = [&](const std::string& type) {
    return to_text(health("", "a", ready + R"(,{"type":")" + type + R"(","status":"True"})"));
  };
  EXPECT_EQ(lifecycle("GracefulNodeShutdownInProgress"), "shutting down");
  EXPECT_EQ(lifecycle("DrainInProgress"), "draining");
  EXPECT_EQ(lifecycle("Drained"), "draining");
  EXPECT_EQ(lifecycle("MaintenanceInProgress"), "in maintenance");
  EXPECT_EQ(lifecycle("MaintenancePlanned"), "") << "it serves until then";
  EXPECT_EQ(to_text(health("", "a", ready + R"(,{"type":"DrainInProgress","status":"False"})")), "");
}

TEST(ReadNode, TellsWhatAKubeletSaysFromItsSilence) {
  codec::Document document;
  const auto told = [&](const std::string& conditions) {
    const auto node = read_node(R"({"metadata":{"name":"n"},"status":{"conditions":[)" + conditions + "]}}", document);
    EXPECT_TRUE(node) << node.error().text();
    return to_text(*node);
  };
  const auto ready = [](const std::string& status, const std::string& reason, const std::string& message) {
    return R"({"type":"Ready","status":")" + status + R"(","lastTransitionTime":"2026-01-01T00:01:00Z","reason":")" +
           reason + R"(","message":")" + message + R"("})";
  };
  const std::string since = "NotReady since 2026-01-01T00:01:00Z";
  EXPECT_EQ(told(ready("False", "KubeletNotReady", "container runtime is down")),
            since + " (its kubelet says: container runtime is down)");
  EXPECT_EQ(told(ready("False", "KubeletNotReady", "")), since + " (its kubelet says: KubeletNotReady)");
  EXPECT_EQ(told(ready("False", "", "")), since);
  EXPECT_EQ(told(ready("False", "KubeletNotReady", std::string(1000, 'x'))),
            since + " (its kubelet says: " + std::string(256, 'x') + ")");
  EXPECT_EQ(told(ready("Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status.")),
            since + " (its kubelet is silent)");
  EXPECT_EQ(told(ready("True", "KubeletReady", "kubelet is posting ready status")), "");
  EXPECT_EQ(told(ready("False", "KubeletNotReady", "node is shutting down")), "shutting down") << "which says it";
  const std::string pressure = R"({"type":"MemoryPressure","status":"Unknown","message":"x"})";
  EXPECT_EQ(told(ready("False", "", "no network") + "," + pressure), since + " (its kubelet says: no network)");
  EXPECT_EQ(told(pressure), "");
}

TEST(ReadNode, TakesWhatAKubeletSaysWhileItShutsDown) {  // requirement 17.1
  codec::Document document;
  const auto told = [&](const std::string& status, const std::string& reason, const std::string& message) {
    const auto node = read_node(R"({"metadata":{"name":"n"},"status":{"conditions":[{"type":"Ready","status":")" +
                                    status + R"(","reason":")" + reason + R"(","message":")" + message + R"("}]}})",
                                document);
    EXPECT_TRUE(node) << node.error().text();
    return to_text(node->health);
  };
  EXPECT_EQ(told("False", "KubeletNotReady", "node is shutting down"), "shutting down");
  EXPECT_EQ(told("False", "KubeletNotReady", "[container runtime is down, node is shutting down]"), "shutting down");
  EXPECT_EQ(told("False", "KubeletNotReady", "container runtime is down"), "NotReady");
  EXPECT_EQ(told("Unknown", "NodeStatusUnknown", "node is shutting down"), "NotReady") << "it is off";
  EXPECT_EQ(told("True", "KubeletReady", "node is shutting down"), "");
  const auto both =
      read_node(R"({"metadata":{"name":"n","deletionTimestamp":"2026-01-02T00:00:00Z"},"status":{"conditions":[
      {"type":"Drained","status":"True"},{"type":"GracefulNodeShutdownInProgress","status":"True"},
      {"type":"MaintenanceInProgress","status":"True"}]}})",
                document);
  EXPECT_EQ(to_text(both->health), "shutting down") << "which says most";
}

TEST(ReadNode, TakesWhatSwitchesGoBy) {  // requirements 16.1 and 16.2
  codec::Document document;
  const auto read_one = [&](const std::string& annotations, const std::string& spec) {
    const auto node = read_node(
        R"({"metadata":{"name":"n","annotations":{)" + annotations + R"(}},"spec":{)" + spec + "}}", document);
    EXPECT_TRUE(node) << node.error().text();
    return *node;
  };
  EXPECT_EQ(read_one(R"("a":"b","everynode.dev/exclude":"x, y")", "").exclude, "x, y");
  EXPECT_EQ(read_one(R"("everynode.dev/exclude":"")", "").exclude, "");
  EXPECT_EQ(read_one(R"("everynode.dev/excluded":"x")", "").exclude, std::nullopt);
  EXPECT_TRUE(read_one("", R"("unschedulable":true)").unschedulable);
  EXPECT_FALSE(read_one("", R"("unschedulable":false)").unschedulable);
}

TEST(ReadNode, RefusesConditionsThatAreNoList) {
  codec::Document document;
  const auto node = read_node(R"({"metadata":{"name":"n"},"status":{"images":[{}],"conditions":{}}})", document);
  EXPECT_EQ(node.error().text(), "status.conditions: expected an array");
}

TEST(ReadEvent, TakesTheLatestOfItsTimes) {
  codec::Document document;
  const auto read_one = [&](const std::string& fields) {
    const std::string json =
        R"({"metadata":{"name":"e","uid":"1"},"involvedObject":{"uid":"ds"},"reason":"FailedCreate",
      "message":"no",)" +
        fields + "}";
    Event event;
    const auto whole = document.read(json, [&](codec::JsonValue root) { read(root, event); });
    EXPECT_TRUE(whole);
    EXPECT_EQ(event.uid + event.about + event.reason + event.message, "1dsFailedCreateno");
    return to_rfc3339_micro(event.last);
  };
  EXPECT_EQ(read_one(R"("lastTimestamp":"2026-01-01T00:00:01Z","eventTime":null)"), "2026-01-01T00:00:01.000000Z");
  EXPECT_EQ(read_one(R"("lastTimestamp":null,"eventTime":"2026-01-01T00:00:01.5Z",
                        "series":{"lastObservedTime":"2026-01-01T00:00:02.5Z"})"),
            "2026-01-01T00:00:02.500000Z");
  EXPECT_EQ(read_one(R"("count":1)"), "1970-01-01T00:00:00.000000Z");
}

TEST(ReadNode, NamesWhatIsWrong) {
  codec::Document document;
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"metadata":{"uid":"u"}})", "metadata.name is missing"},
      {"{}", "metadata.name is missing"},
      {R"({"metadata":{"name":7}})", "metadata.name: expected a string"},
      {R"({"metadata":{"name":"n","labels":[]}})", "metadata.labels: expected an object"},
      {R"({"metadata":{"name":"n"},"spec":{"taints":[{},{"effect":1}]}})", "spec.taints[1].effect: expected a string"},
      {"[]", "expected an object"},
  };
  for (const auto& [text, error] : cases) {
    const auto node = read_node(text, document);
    EXPECT_EQ(node ? "no error" : node.error().text(), error) << text;
  }
}

DaemonPod pod_of(const std::string& text) {
  codec::Document document;
  const auto pod = read_daemon_pod(text, document);
  EXPECT_TRUE(pod) << pod.error().text();
  return pod.value_or(DaemonPod{});
}

TEST(ReadPod, TakesWhatDecides) {
  const DaemonPod pod = pod_of(R"({"metadata":{"name":"p","namespace":"default","uid":"u","resourceVersion":"7",
    "labels":{"controller-revision-hash":"h"},"creationTimestamp":"2026-11-24T12:00:01Z",
    "ownerReferences":[{"kind":"Job","uid":"j"},{"apiVersion":"apps/v1","kind":"DaemonSet","name":"agent","uid":"d","controller":true}]},
    "spec":{"nodeName":"n1"},"status":{"phase":"Running","conditions":[{"type":"Initialized","status":"True"},
    {"type":"Ready","status":"True","lastTransitionTime":"2026-11-24T12:00:05Z"}]}})");
  EXPECT_EQ(pod.namespace_, "default");
  EXPECT_EQ(pod.resource_version, "7");
  EXPECT_EQ(pod.revision_hash(), "h");
  EXPECT_EQ(pod.controller, (ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "d"}));
  EXPECT_EQ(pod.node_name, "n1");
  EXPECT_EQ(pod.target_node, "n1");
  EXPECT_EQ(pod.phase, PodPhase::running);
  EXPECT_TRUE(pod.ready);
  EXPECT_EQ(pod.ready_since, support::at(5));
  EXPECT_EQ(pod.created, support::at(1));
  EXPECT_FALSE(pod.terminating);
  EXPECT_EQ(pod.trouble, "");
}

TEST(ReadPod, HasNoControllerIfNoOwnerIsOne) {
  EXPECT_FALSE(pod_of(R"({"metadata":{"name":"p","ownerReferences":[{"kind":"DaemonSet","uid":"d"}]}})").controller);
  EXPECT_FALSE(pod_of(R"({"metadata":{"name":"p","ownerReferences":null}})").controller);
}

TEST(ReadPod, ReadsPhaseAndDeletion) {
  const std::vector<std::pair<std::string, PodPhase>> cases{
      {"Pending", PodPhase::pending}, {"Running", PodPhase::running}, {"Succeeded", PodPhase::succeeded},
      {"Failed", PodPhase::failed},   {"Unknown", PodPhase::pending}, {"NextYear", PodPhase::pending}};
  for (const auto& [word, phase] : cases) {
    const DaemonPod pod = pod_of(
        R"({"metadata":{"name":"p","deletionTimestamp":"2026-11-24T12:00:00Z"},"status":{"phase":")" + word + R"("}})");
    EXPECT_EQ(pod.phase, phase) << word;
    EXPECT_TRUE(pod.terminating);
    EXPECT_EQ(daemonset::is_gone(pod), pod.is_over());
  }
  EXPECT_FALSE(pod_of(R"({"metadata":{"name":"p","deletionTimestamp":null}})").terminating);
}

TEST(ReadPod, FindsItsTarget) {  // requirement 4.6
  const std::string in_n1 = R"({"key":"metadata.name","operator":"In","values":["n1"]})";
  const std::string in_n2 = R"({"key":"metadata.name","operator":"In","values":["n2"]})";
  const std::string in_two = R"({"key":"metadata.name","operator":"In","values":["n1","n2"]})";
  const std::string not_in = R"({"key":"metadata.name","operator":"NotIn","values":["n3"]})";
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"([{"matchFields":[)" + in_n1 + "]}]", "n1"},
      {R"([{"matchExpressions":[{"key":"a","operator":"Exists"}]},{"matchFields":[)" + not_in + "," + in_n2 + "]}]",
       "n2"},
      {R"([{"matchFields":[)" + in_n1 + R"(]},{"matchFields":[)" + in_n2 + "]}]", "n1"},
      {R"([{"matchFields":[)" + in_two + R"(]},{"matchFields":[)" + in_n1 + "]}]", ""},
      {R"([{"matchFields":[)" + not_in + "]}]", ""},
      {R"([{"matchExpressions":[)" + in_n1 + "]}]", ""},
      {"[]", ""},
  };
  for (const auto& [terms, node] : cases) {
    const std::string affinity =
        R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":)" +
        terms + "}}}";
    EXPECT_EQ(pod_of(R"({"metadata":{"name":"p"},"spec":{)" + affinity + "}}").target_node, node) << terms;
    EXPECT_EQ(pod_of(R"({"metadata":{"name":"p"},"spec":{"nodeName":"n9",)" + affinity + "}}").target_node, "n9");
  }
  EXPECT_EQ(pod_of(R"({"metadata":{"name":"p"}})").target_node, "");
}

TEST(ReadPod, IsReadyByTheConditionAlone) {  // requirement 10.6
  EXPECT_FALSE(
      pod_of(
          R"({"metadata":{"name":"p"},"status":{"phase":"Running","conditions":[{"type":"Ready","status":"False"}]}})")
          .ready);
  const DaemonPod failed = pod_of(
      R"({"metadata":{"name":"p"},"status":{"phase":"Failed","conditions":[{"type":"Ready","status":"True","lastTransitionTime":null}]}})");
  EXPECT_TRUE(failed.ready);
  EXPECT_EQ(failed.ready_since, Time{});
}

TEST(ReadPod, TellsItsTrouble) {
  EXPECT_EQ(pod_of(R"({"metadata":{"name":"p"},"status":{"containerStatuses":[{"name":"a","state":{"running":{}}},
    {"name":"b","state":{"waiting":{"reason":"ImagePullBackOff"}}}]}})")
                .trouble,
            "container b: ImagePullBackOff");
  EXPECT_EQ(
      pod_of(
          R"({"metadata":{"name":"p"},"status":{"conditions":[{"type":"PodScheduled","status":"False","message":"no room"}]}})")
          .trouble,
      "no room");
  EXPECT_EQ(pod_of(R"({"metadata":{"name":"p"},"status":{"reason":"Evicted","phase":"Failed"}})").trouble, "Evicted");
}

TEST(ReadPod, TellsAStuckStartFromTheUsualOne) {
  const auto waiting = [](const std::string& init, const std::string& main) {
    const auto state = [](const std::string& name, const std::string& reason) {
      return R"([{"name":")" + name + R"(","state":{"waiting":{"reason":")" + reason + R"("}}}])";
    };
    return pod_of(R"({"metadata":{"name":"p"},"status":{"containerStatuses":)" + state("a", main) +
                  R"(,"initContainerStatuses":)" + state("i", init) + "}}");
  };
  EXPECT_EQ(waiting("PodInitializing", "PodInitializing").trouble, "container a: PodInitializing");
  EXPECT_FALSE(waiting("PodInitializing", "ContainerCreating").stuck);
  EXPECT_EQ(waiting("CrashLoopBackOff", "PodInitializing").trouble, "container i: CrashLoopBackOff");
  EXPECT_TRUE(waiting("CrashLoopBackOff", "PodInitializing").stuck);
  EXPECT_TRUE(pod_of(R"({"metadata":{"name":"p"},"status":{"reason":"Evicted","phase":"Failed"}})").stuck);
}

TEST(ReadPod, KnowsWhenItShouldHaveGone) {
  const DaemonPod pod = pod_of(R"({"metadata":{"name":"p","deletionTimestamp":"2026-11-24T12:00:07Z"}})");
  EXPECT_TRUE(pod.terminating);
  EXPECT_EQ(pod.leaves_by, support::at(7));
}

TEST(ReadPod, NamesWhatIsWrong) {
  codec::Document document;
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"({"metadata":{"name":"p","creationTimestamp":"yesterday"}})",
       "metadata.creationTimestamp: expected a time (RFC 3339)"},
      {R"({"metadata":{"name":"p","ownerReferences":[{"controller":"yes"}]}})",
       "metadata.ownerReferences[0].controller: expected true or false"},
      {R"({"metadata":{"name":"p"},"spec":{"nodeName":[]}})", "spec.nodeName: expected a string"},
      {R"({"metadata":{"name":"p"},"status":{"conditions":[{"type":3}]}})",
       "status.conditions[0].type: expected a string"},
  };
  for (const auto& [text, error] : cases) {
    const auto pod = read_daemon_pod(text, document);
    EXPECT_EQ(pod ? "no error" : pod.error().text(), error) << text;
  }
}

DaemonSet set_of(const std::string& spec, const std::string& more = "") {
  codec::Document document;
  const auto set = read_daemon_set(R"({"metadata":{"name":"agent"},"spec":{)" + spec + "}" + more + "}", document);
  EXPECT_TRUE(set) << set.error().text();
  return set.value_or(DaemonSet{});
}

TEST(ReadDaemonSet, TakesWhatDecides) {
  codec::Document document;
  const auto set = read_daemon_set(
      R"({"apiVersion":"apps/v1","metadata":{"name":"agent","namespace":"x","uid":"d","resourceVersion":"5",
    "generation":4,"annotations":{"deprecated.daemonset.template.generation":"3"}},"spec":{"minReadySeconds":9,"revisionHistoryLimit":2,
    "selector":{"matchLabels":{"app":"a"},"matchExpressions":[{"key":"k","operator":"NotIn","values":["v"]}]},
    "template":{"spec":{"z":1,"a":2},"metadata":{"labels":{"app":"a"}}},
    "updateStrategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":0,"maxUnavailable":"10%"}}},
    "status":{"currentNumberScheduled":1,"numberMisscheduled":2,"desiredNumberScheduled":3,"numberReady":4,"observedGeneration":5,
    "updatedNumberScheduled":6,"numberAvailable":7,"numberUnavailable":8,"collisionCount":9,"conditions":[{"type":"X"},{"type":"Degraded","status":"True",
    "lastTransitionTime":"2026-11-24T12:00:07Z","reason":"R","message":"M"},{"type":"NodesMinded"}]}})",
      document);
  ASSERT_TRUE(set) << set.error().text();
  EXPECT_EQ(set->generation, 4);
  EXPECT_EQ(set->template_generation(), 3);
  EXPECT_EQ(set->min_ready_seconds, 9);
  EXPECT_EQ(set->revision_history_limit, 2);
  EXPECT_EQ(set->selector.requirements,
            (std::vector<LabelSelectorRequirement>{{"app", "In", {"a"}}, {"k", "NotIn", {"v"}}}));
  EXPECT_EQ(set->strategy.max_unavailable, (IntOrPercent{.value = 10, .percent = true}));
  EXPECT_EQ(set->revision_data,
            R"({"spec":{"template":{"$patch":"replace","metadata":{"labels":{"app":"a"}},"spec":{"a":2,"z":1}}}})");
  EXPECT_EQ(set->status, (DaemonSetStatus{.current_number_scheduled = 1,
                                          .number_misscheduled = 2,
                                          .desired_number_scheduled = 3,
                                          .number_ready = 4,
                                          .observed_generation = 5,
                                          .updated_number_scheduled = 6,
                                          .number_available = 7,
                                          .number_unavailable = 8}));
  EXPECT_EQ(set->collision_count, 9);
  EXPECT_EQ(set->conditions,
            (std::vector<Condition>{
                {.type = "Degraded",
                 .status = "True",
                 .reason = "R",
                 .message = "M",
                 .last_transition_time = "2026-11-24T12:00:07Z"},
                {.type = "NodesMinded", .status = {}, .reason = {}, .message = {}, .last_transition_time = {}}}));
}

TEST(ReadDaemonSet, KnowsWhoElseCountsInItsStatus) {
  codec::Document document;
  const auto set = read_daemon_set(R"({"metadata":{"name":"agent","managedFields":[
    {"manager":"kubectl","time":"2026-01-01T00:00:09Z","fieldsV1":{"f:spec":{"f:selector":{}}}},
    {"manager":"kube-controller-manager","operation":"Update","time":"2026-01-01T00:00:02Z","fieldsType":"FieldsV1",
     "fieldsV1":{"f:status":{"f:desiredNumberScheduled":{},"f:observedGeneration":{}}},"subresource":"status"},
    {"manager":"older","time":"2026-01-01T00:00:01Z","fieldsV1":{"f:status":{"f:numberReady":{}}}},
    {"manager":"auditor","time":"2026-01-01T00:00:08Z","fieldsV1":{"f:status":{"f:conditions":{".":{}}}}},
    {"manager":"everynode","time":"2026-01-01T00:00:07Z","fieldsV1":{"f:status":{"f:numberReady":{}}}}]}})",
                                   document);
  ASSERT_TRUE(set) << set.error().text();
  EXPECT_EQ(set->foreign_status, (StatusWrite{.manager = "kube-controller-manager", .time = "2026-01-01T00:00:02Z"}));
}

TEST(ReadDaemonSet, HasTheApisDefaults) {
  const DaemonSet set = set_of(R"("template":{})");
  EXPECT_TRUE(set.strategy.rolling);
  EXPECT_EQ(set.strategy, UpdateStrategy{});
  EXPECT_EQ(set.revision_history_limit, 10);
  EXPECT_EQ(set.collision_count, std::nullopt);
  EXPECT_TRUE(set.selector.empty());
  EXPECT_FALSE(set_of(R"("updateStrategy":{"type":"OnDelete"})").strategy.rolling);
  EXPECT_EQ(set_of(R"("revisionHistoryLimit":0)").revision_history_limit, 0);
}

TEST(ReadDaemonSet, NamesWhatIsWrong) {  // requirements 10.1 and 11.4
  codec::Document document;
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"("minReadySeconds":"soon")", "spec.minReadySeconds: expected an integer"},
      {R"("minReadySeconds":1.5)", "spec.minReadySeconds: expected an integer"},
      {R"("updateStrategy":{"rollingUpdate":{"maxSurge":"5"}})",
       "spec.updateStrategy.rollingUpdate.maxSurge: expected a number or a percentage"},
      {R"("updateStrategy":{"rollingUpdate":{"maxSurge":true}})",
       "spec.updateStrategy.rollingUpdate.maxSurge: expected a string"},
      {R"("updateStrategy":{"rollingUpdate":{"maxUnavailable":"x%"}})",
       "spec.updateStrategy.rollingUpdate.maxUnavailable: expected a number or a percentage"},
      {R"("template":{"spec":{"hostNetwork":"no"}})", "spec.template: spec.hostNetwork: expected true or false"},
      {R"("template":[])", "spec.template: expected an object"},
      {R"("selector":{"matchLabels":{"app":1}})", "spec.selector.matchLabels.app: expected a string"},
      {R"("selector":{"matchExpressions":[{"key":"a","operator":"Like"}]})",
       "spec.selector.matchExpressions[0]: expected the operator In, NotIn, Exists or DoesNotExist"},
      {R"("selector":{"matchExpressions":[{"key":"a"}]})",
       "spec.selector.matchExpressions[0]: expected the operator In, NotIn, Exists or DoesNotExist"},
  };
  for (const auto& [spec, error] : cases) {
    const auto set = read_daemon_set(R"({"metadata":{"name":"agent"},"spec":{)" + spec + "}}", document);
    EXPECT_EQ(set ? "no error" : set.error().text(), error) << spec;
  }
}

TEST(ReadControllerRevision, KeepsTheBytesOfItsData) {  // requirement 9.3
  codec::Document document;
  const std::string data = R"({"spec":{"template":{"$patch":"replace","x":"\u003c","n":1.50}}})";
  const auto revision =
      read_controller_revision(R"({"metadata":{"name":"agent-1","labels":{"controller-revision-hash":"h"}},"data":)" +
                                   data + R"(,"revision":7})",
                               document);
  ASSERT_TRUE(revision) << revision.error().text();
  EXPECT_EQ(revision->data, data);
  EXPECT_EQ(revision->revision, 7);
  EXPECT_EQ(revision->hash(), "h");
  EXPECT_EQ(read_controller_revision(R"({"metadata":{"name":"a"},"revision":"1"})", document).error().text(),
            "revision: expected an integer");
  EXPECT_EQ(read_controller_revision(R"({"metadata":{"name":"a"},"data":3})", document).error().text(),
            "data: expected an object");
}

TEST(ReadControllerRevision, ReadsWhatWeWrite) {  // requirement 9.4
  DaemonSet set = support::daemon_set();
  set.annotations.set("kubernetes.io/change-cause", "say \"why\"");
  codec::Document document;
  const auto revision = read_controller_revision(revision_body(set, "h1", 3), document);
  ASSERT_TRUE(revision) << revision.error().text();
  EXPECT_EQ(revision->name, "agent-h1");
  EXPECT_EQ(revision->namespace_, "default");
  EXPECT_EQ(revision->labels, (Labels{{"app", "agent"}, {"controller-revision-hash", "h1"}}));
  EXPECT_EQ(revision->controller, (ControllerRef{.kind = "DaemonSet", .name = "agent", .uid = "ds-1"}));
  EXPECT_EQ(revision->revision, 3);
  EXPECT_EQ(revision->data, set.revision_data);
  EXPECT_EQ(revision->change_cause, "say \"why\"");
}

}  // namespace
}  // namespace everynode::objects
