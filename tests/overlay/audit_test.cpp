#include "everynode/overlay/audit.hpp"

#include <gtest/gtest.h>

#include "everynode/overlay/census.hpp"

namespace everynode::overlay {
namespace {

using objects::Drift;

objects::Time at(int seconds) {
  return objects::Time(std::chrono::seconds(1'790'000'000 + seconds));
}

/// Namespace "agents" with node n1, and a pod of a template with the container agent.
class Auditing : public ::testing::Test {
 protected:
  Auditing() {
    admitted_.node = "n1";
    admitted_.containers.push_back({.name = "agent", .limits = {}, .requests = {}});
    pod_.namespace_ = "agents";
    pod_.name = "agent-1";
    pod_.labels = {{"app", "agent"}};
    pod_.target_node = "n1";
    pod_.creator = "kube-controller-manager";
    pod_.created = at(0);
    node_.name = "n1";
    node_.allocatable = {{"cpu", *parse_quantity("4")}, {"pods", *parse_quantity("110")}};
  }

  void overlay(const std::string& name, const std::string& containers, int created = -60) {
    codec::Document document;
    auto one = read_overlay(R"({"metadata":{"namespace":"agents","generation":3,"name":")" + name +
                                R"("},"spec":{"daemonSets":{},"containers":[)" + containers + "]}}",
                            document);
    ASSERT_TRUE(one) << one.error().text();
    one->created = at(created);
    overlays_.push_back(std::move(*one));
  }

  Audit audited() {
    known_.catalog = Catalog(overlays_);
    known_.nodes = {};
    known_.nodes.put(node_);
    pod_.admitted = admitted_;
    TemplatePod made_from(template_);
    return audit(known_, pod_, made_from);
  }

  /// Gives the pod what it would get now.
  void admit() {
    const Audit now = audited();
    admitted_.overlays = now.wanted;
  }

  std::string template_ = R"({"spec":{"containers":[{"name":"agent"}]}})";
  std::vector<DaemonSetOverlay> overlays_;
  objects::Admitted admitted_;
  objects::DaemonPod pod_;
  Node node_;
  Known known_;
};

const std::string mode = R"({"name":"agent","env":[{"name":"MODE","value":"a"}]})";
const std::string share = R"({"name":"agent","resources":{"requests":{"cpu":{"percentOfAllocatable":10}}}})";

TEST_F(Auditing, WhatAdmissionMadeIsNoDrift) {
  overlay("mode", mode);
  overlay("share", share);
  EXPECT_EQ(audited().drift, Drift::outdated);
  admit();
  EXPECT_EQ(audited().drift, Drift::none);
  EXPECT_EQ(entries_of(admitted_.overlays).size(), 2U);
}

TEST_F(Auditing, APodWithoutOverlaysInANamespaceWithoutAnyIsAsItShouldBe) {
  EXPECT_EQ(audited().drift, Drift::none);
}

TEST_F(Auditing, AChangedOverlayIsDrift) {
  overlay("mode", mode);
  admit();
  overlays_.front().containers.front().env.front().text = "b";
  EXPECT_EQ(audited().drift, Drift::outdated);
  EXPECT_EQ(difference(admitted_.overlays, audited().wanted), "overlay mode gives something else now");
}

TEST_F(Auditing, AnOverlayThatWasChangedAfterThePodWasCreatedHasOvertakenIt) {
  overlay("mode", mode);
  overlay("share", share);
  admit();
  overlays_.front().containers.front().env.front().text = "b";
  EXPECT_FALSE(audited().overtaken);
  overlays_.back().changed = at(1);
  EXPECT_FALSE(audited().overtaken) << "what it gives is as before";
  overlays_.front().changed = at(0);
  EXPECT_TRUE(audited().overtaken) << "in the same second nobody can tell";
}

TEST_F(Auditing, ADeletedOverlayIsDrift) {
  overlay("mode", mode);
  admit();
  overlays_.clear();
  EXPECT_EQ(audited().drift, Drift::outdated);
  EXPECT_EQ(difference(admitted_.overlays, audited().wanted), "overlay mode gives it nothing any more");
}

TEST_F(Auditing, AResizedNodeIsDriftWhereAFormulaSeesIt) {
  overlay("mode", mode);
  admit();
  node_.allocatable.front().second = *parse_quantity("8");
  EXPECT_EQ(audited().drift, Drift::none);
  overlay("share", share);
  admit();
  node_.allocatable.front().second = *parse_quantity("16");
  EXPECT_EQ(audited().drift, Drift::outdated);
}

TEST_F(Auditing, ANodeThatIsNotKnownSaysNothing) {
  overlay("mode", mode);
  pod_.target_node = "n2";
  EXPECT_EQ(audited().drift, Drift::none);
}

TEST_F(Auditing, WhatLackedAnOverlayFromTheBeginningFailedOpen) {
  overlay("mode", mode);
  admitted_.node.clear();
  EXPECT_EQ(audited().drift, Drift::unmutated);
  overlays_.front().created = at(1);
  EXPECT_EQ(audited().drift, Drift::outdated) << "the overlay is younger than the pod";
  overlays_.front().created = at(0);
  EXPECT_EQ(audited().drift, Drift::unmutated) << "in the same second nobody can tell";
  pod_.creator.clear();
  EXPECT_EQ(audited().drift, Drift::outdated) << "Everynode's reconciler has made it";
}

TEST_F(Auditing, APodThatWasReadWithoutItsAdmissionIsUnknown) {
  overlay("mode", mode);
  TemplatePod made_from(template_);
  EXPECT_EQ(audit(known_, pod_, made_from).drift, Drift::unknown);
}

/// A LimitRange, or another webhook, gave the pod what leaves the overlay out.
TEST_F(Auditing, WhatOtherAdmissionHasLeftOutIsNoDrift) {
  overlay("two", R"({"name":"agent","resources":{"requests":{"cpu":{"base":"2"}}}})");
  admitted_.containers.front().limits = {{"cpu", "1"}};
  const Audit now = audited();
  EXPECT_EQ(now.drift, Drift::none);
  ASSERT_EQ(now.refusals.size(), 1U);
  EXPECT_EQ(now.refusals.front().reason, "containers[agent].resources.requests.cpu would be 2, above its limit of 1");
}

TEST_F(Auditing, WhatOtherAdmissionHasAddedIsNoDrift) {
  overlay("proxy", R"({"name":"proxy","env":[{"name":"A","value":"1"}]})");
  admitted_.containers.push_back({.name = "proxy", .limits = {}, .requests = {}});
  EXPECT_EQ(audited().drift, Drift::none) << "its template would not get it";
  admitted_.overlays = fit(known_.catalog, as_admitted(pod_), known_.nodes.find("n1")).stamp;
  ASSERT_FALSE(admitted_.overlays.empty());
  EXPECT_EQ(audited().drift, Drift::none);
}

/// Between two calls of the webhook another one has set a limit.
TEST_F(Auditing, AnOverlayWhoseRequestWasLoweredIsInThePodAsAWhole) {
  overlay("two", R"({"name":"agent","image":"i:2","resources":{"requests":{"cpu":{"base":"2"}}}})");
  admit();
  admitted_.containers.front().limits = {{"cpu", "1"}};
  admitted_.containers.front().requests = {{"cpu", "1"}};
  EXPECT_EQ(audited().drift, Drift::none);
  admitted_.overlays.clear();
  EXPECT_EQ(audited().refusals.size(), 1U) << "it was never in the pod";
}

/// Whoever copied a pod into a DaemonSet: each new pod would have it too.
TEST_F(Auditing, AStampInTheTemplateIsNoDrift) {
  template_ =
      R"({"metadata":{"annotations":{"everynode.dev/overlays":"gone@1"}},"spec":{"containers":[{"name":"agent"}]}})";
  admitted_.overlays = "gone@1";
  EXPECT_EQ(audited().drift, Drift::none);
  overlay("mode", mode);
  EXPECT_EQ(audited().drift, Drift::outdated);
  admitted_.overlays = audited().wanted;
  EXPECT_TRUE(admitted_.overlays.ends_with(",gone@1")) << admitted_.overlays;
  EXPECT_EQ(audited().drift, Drift::none);
}

TEST_F(Auditing, APodThatWasResizedInPlaceIsNoDrift) {
  overlay("two", R"({"name":"agent","resources":{"requests":{"cpu":{"base":"2"}}}})");
  admit();
  admitted_.containers.front().limits = {{"cpu", "1"}};
  admitted_.containers.front().requests = {{"cpu", "1"}};
  EXPECT_EQ(audited().drift, Drift::none);
  EXPECT_TRUE(audited().refusals.empty()) << "it is in the pod";
}

TEST_F(Auditing, WhatTheApiServerRefusedIsNotTriedAgainUntilItChanges) {
  overlay("mode", mode);
  admitted_.refused = audited().wanted;
  EXPECT_EQ(audited().drift, Drift::none);
  overlays_.front().containers.front().env.front().text = "b";
  EXPECT_EQ(audited().drift, Drift::outdated);
}

/// As the API server makes it of a pod before admission, but of no template.
TEST_F(Auditing, ALimitOfTheTemplateIsARequestToo) {
  template_ = R"({"spec":{"containers":[{"name":"agent","resources":{"limits":{"cpu":"1"}}}]}})";
  overlay("half", R"({"name":"agent","resources":{"limits":{"cpu":{"base":"500m"}}}})");
  admitted_.containers.front().limits = {{"cpu", "1"}};
  admitted_.containers.front().requests = {{"cpu", "1"}};
  EXPECT_EQ(audited().drift, Drift::none) << "the overlay was left out of both";
  EXPECT_EQ(audited().refusals.size(), 1U);
}

TEST(Stamps, AreReadInWhateverForm) {
  EXPECT_TRUE(entries_of("").empty());
  EXPECT_EQ(entries_of("a@1,b@2").back().first, "b");
  EXPECT_EQ(entries_of("a@1,b@2").back().second, "2");
  EXPECT_EQ(entries_of("a").front().second, "");
  EXPECT_EQ(entries_of("a,").size(), 1U);
  EXPECT_EQ(difference("a@1,b@1", "b@2,c@1"),
            "overlay b gives something else now; overlay c is not in it; overlay a gives it nothing any more");
}

TEST(Stamps, KeepWhatNothingIsKnownOf) {
  EXPECT_EQ(stamp_beside("", ""), "");
  EXPECT_EQ(stamp_beside("", "a@1"), "a@1");
  EXPECT_EQ(stamp_beside("a@1,b@1", ""), "a@1,b@1");
  EXPECT_EQ(stamp_beside("a@1,b@1", "b@1"), "a@1,b@1");
  EXPECT_EQ(stamp_beside("a@1,b@1", "b@2"), "b@2,a@1");
  EXPECT_EQ(stamp_beside("a@1", "a@2"), "a@2");
  for (const char* const fitted : {"", "b@1", "b@2", "c@1"}) {
    const std::string once = stamp_beside("a@1,b@1", fitted);
    EXPECT_EQ(stamp_beside(once, fitted), once) << "twice is once";
  }
  EXPECT_TRUE(say_the_same("a@1,b@1", "b@1,a@1"));
  EXPECT_FALSE(say_the_same("a@1,b@1", "a@1"));
}

TEST_F(Auditing, TheCensusCountsWhatBecameOfAnOverlay) {
  overlay("mode", mode);
  admit();
  const objects::Admitted right = admitted_;
  Audit now = audited();
  Census census(known_, "agents");
  census.add_daemon_set(objects::Labels{{"app", "agent"}});
  census.add(pod_, now);
  admitted_.overlays = "mode@other,gone@1";
  now = audited();
  census.add(pod_, now);
  admitted_.overlays.clear();
  now = audited();
  census.add(pod_, now);
  admitted_ = right;
  now = audited();
  now.refusals = {{.overlay = "mode", .reason = "because"}};
  pod_.name = "agent-0";
  census.add(pod_, now);
  const OverlayStatus status = census.status_of(overlays_.front(), at(100));
  EXPECT_EQ(status.observed_generation, 3);
  EXPECT_EQ(status.daemon_sets, 1);
  EXPECT_EQ(status.pods, 3);
  EXPECT_EQ(status.outdated, 2);
  EXPECT_EQ(status.refused, 1);
  EXPECT_EQ(status.refusals, (std::vector<RefusalSummary>{{.reason = "because", .pods = 1, .pod = "agent-0"}}));
  ASSERT_EQ(status.conditions.size(), 2U);
  EXPECT_EQ(status.conditions[0].status, "False");
  EXPECT_EQ(status.conditions[0].reason, "LeftOut");
  EXPECT_EQ(status.conditions[0].message, "it is left out of 1 pod: because (1 pod, as agent-0)");
  EXPECT_EQ(status.conditions[1].reason, "PodsOutdated");
}

TEST_F(Auditing, AnOverlayThatIsLeftOutOfAllPodsIsNotApplied) {
  overlay("sidecar", R"({"name":"sidecar","image":"i"})");
  const Audit now = audited();
  Census census(known_, "agents");
  census.add(pod_, now);
  const OverlayStatus status = census.status_of(overlays_.front(), at(100));
  ASSERT_EQ(status.conditions.size(), 2U);
  EXPECT_EQ(status.conditions[1].type, "Applied");
  EXPECT_EQ(status.conditions[1].status, "False");
  EXPECT_EQ(status.conditions[1].reason, "LeftOut");
}

TEST_F(Auditing, AStatusIsReadAsItIsWritten) {
  overlay("mode", mode);
  admit();
  Census census(known_, "agents");
  Audit now = audited();
  now.refusals = {{.overlay = "mode", .reason = "because"}};
  census.add(pod_, now);
  const OverlayStatus status = census.status_of(overlays_.front(), at(100));
  const std::string patch = status_patch(overlays_.front(), status);
  const std::string told = patch.substr(patch.find(R"("status":)"));
  codec::Document document;
  const auto read = read_overlay(R"({"metadata":{"name":"mode"},"spec":{"daemonSets":{}},)" + told, document);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->status, status);
  DaemonSetOverlay before = overlays_.front();
  before.status = status;
  EXPECT_EQ(census.status_of(before, at(500)), status) << "a condition keeps the time since when it is what it is";
}

}  // namespace
}  // namespace everynode::overlay
