// Pods that are compared with what their overlays would make of them.
#include <gtest/gtest.h>

#include "stores.hpp"

namespace everynode::cache {
namespace {

using objects::Drift;

overlay::DaemonSetOverlay mode(const std::string& value) {
  codec::Document document;
  return overlay::read_overlay(R"({"metadata":{"namespace":"default","name":"mode"},"spec":{"daemonSets":{},)"
                               R"("containers":[{"name":"c","env":[{"name":"MODE","value":")" +
                                   value + R"("}]}]}})",
                               document)
      .value();
}

overlay::Node sized(const std::string& name, const std::string& size = "") {
  overlay::Node node;
  node.name = name;
  node.labels = {{"size", size}};
  return node;
}

/// Nodes n1 and n2 and DaemonSet agent, whose pods should have the overlay "mode".
class Audited : public ::testing::Test {
 protected:
  Audited() : store_(usual()) {
    store_->audit_pods();
    store_->begin_replace(Store::Kind::node);
    for (const char* name : {"n1", "n2"}) {
      store_->put(support::node(name));
      store_->know_node(sized(name));
    }
    static_cast<void>(store_->end_replace(Store::Kind::node, "1"));
  }

  void know(const std::string& value) {
    store_->knowledge().put(mode(value));
    store_->know_classes();
    store_->know_overlays();
  }

  static objects::DaemonPod pod(const std::string& version, const std::string& stamp) {
    objects::DaemonPod pod = owned_by(pod_at(version), "ds-1");
    objects::Admitted admitted;
    admitted.overlays = stamp;
    admitted.containers.push_back({.name = "c", .limits = {}, .requests = {}});
    pod.admitted = std::move(admitted);
    return pod;
  }

  [[nodiscard]] const objects::DaemonPod& seen_pod() const { return *store_->state(agent)->find("n1")->pods.front(); }
  /// The stamp that the pod should have.
  [[nodiscard]] std::string wanted() const { return store_->audit(seen_pod()).wanted; }

  std::unique_ptr<Store> store_;
};

TEST_F(Audited, NothingIsKnownBeforeAllIsListed) {
  EXPECT_FALSE(store_->knows_overlays());
  store_->put(pod("20", "mode@old"));
  EXPECT_EQ(seen_pod().drift, Drift::unknown);
  store_->knowledge().put(mode("a"));
  store_->know_overlays();
  EXPECT_FALSE(store_->knows_overlays()) << "PriorityClasses are missing";
  store_->know_classes();
  EXPECT_TRUE(store_->knows_overlays());
  EXPECT_EQ(seen_pod().drift, Drift::outdated);
  EXPECT_EQ(touched(*store_), "agent");
}

TEST_F(Audited, AChangedOverlayJudgesAllPodsAgain) {
  know("a");
  store_->put(pod("20", "mode@old"));
  store_->put(pod("21", wanted()));
  EXPECT_EQ(seen_pod().drift, Drift::none);
  static_cast<void>(touched(*store_));
  know("a");
  EXPECT_EQ(touched(*store_), "");
  know("b");
  EXPECT_EQ(seen_pod().drift, Drift::outdated);
  EXPECT_EQ(touched(*store_), "agent");
  store_->knowledge().remove_overlay("default", "mode");
  store_->know_overlays();
  EXPECT_EQ(seen_pod().drift, Drift::outdated) << "the overlay is in it still";
}

TEST_F(Audited, AChangedNodeJudgesItsPodsAgain) {
  overlay::DaemonSetOverlay of_label = mode("a");
  of_label.containers.front().env.front() = {
      .name = "SIZE", .source = overlay::Variable::Source::node_label, .text = "size"};
  store_->knowledge().put(of_label);
  store_->know_classes();
  store_->know_overlays();
  store_->put(pod("20", "mode@old"));
  store_->put(pod("21", wanted()));
  static_cast<void>(touched(*store_));
  store_->know_node(sized("n2", "big"));
  EXPECT_EQ(touched(*store_), "");
  store_->know_node(sized("n1", "big"));
  EXPECT_EQ(seen_pod().drift, Drift::outdated);
  EXPECT_EQ(touched(*store_), "agent");
}

TEST_F(Audited, AChangedTemplateJudgesAllPodsAgain) {
  know("a");
  store_->put(pod("20", ""));
  EXPECT_EQ(seen_pod().drift, Drift::outdated);
  objects::DaemonSet other = daemon_set("ds-1", "11");
  other.pod_template = support::pod_template(R"("containers":[{"name":"d","image":"i:1"}])");
  store_->put(other);
  EXPECT_EQ(seen_pod().drift, Drift::none) << "there is no container c in it";
}

/// What answers a write is read without what admission made of it.
TEST_F(Audited, AnAnswerKeepsWhatIsKnownOfThePod) {
  know("a");
  store_->put(pod("20", "mode@old"));
  objects::DaemonPod answer = owned_by(pod_at("21"), "ds-1");
  answer.terminating = true;
  store_->put(answer, Store::Source::write);
  EXPECT_EQ(seen_pod().drift, Drift::outdated);
  EXPECT_TRUE(seen_pod().terminating);
}

TEST_F(Audited, ANewPodIsUnknownUntilItWasSeen) {
  know("a");
  store_->put(owned_by(pod_at("20"), "ds-1"), Store::Source::write);
  EXPECT_EQ(seen_pod().drift, Drift::unknown);
  store_->put(pod("20", ""));
  EXPECT_EQ(seen_pod().drift, Drift::outdated) << "the same version, but it tells more";
}

TEST_F(Audited, StatusesAreToldUntilTheyAreKnown) {
  know("a");
  store_->put(pod("20", "mode@old"));
  auto news = store_->overlay_statuses("default", support::at(0));
  ASSERT_EQ(news.size(), 1U);
  EXPECT_EQ(news.front().second.pods, 1);
  EXPECT_EQ(news.front().second.outdated, 1);
  overlay::DaemonSetOverlay told = mode("a");
  told.status = news.front().second;
  EXPECT_FALSE(store_->knowledge().put(told)) << "a status is no news to pods";
  EXPECT_TRUE(store_->overlay_statuses("default", support::at(5)).empty());
  EXPECT_TRUE(store_->overlay_statuses("other", support::at(5)).empty());
}

TEST_F(Audited, AClusterThatWentBackIsAuditedAnew) {
  know("a");
  store_->forget_all();
  EXPECT_FALSE(store_->knows_overlays());
}

TEST(Unaudited, PodsAreAsTheyAre) {
  const auto store = usual();
  EXPECT_TRUE(store->knows_overlays());
  store->put(owned_by(pod_at("20"), "ds-1"));
  EXPECT_EQ(store->state(agent)->find("n1")->pods.front()->drift, Drift::none);
  EXPECT_FALSE(store->view(agent).snapshot.audited);
}

}  // namespace
}  // namespace everynode::cache
