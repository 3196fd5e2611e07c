// A glance says what the whole inspection says, in fewer words.
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "builders.hpp"
#include "everynode/inspection/show.hpp"
#include "everynode/inspection/waits.hpp"
#include "inspection/inspection.hpp"

namespace everynode::inspection {
namespace {

using support::at;

const cache::Key agent{.namespace_ = "default", .name = "agent"};
constexpr double now = 1000;

/// A DaemonSet on a few nodes, to which anything may happen.
class WatchedCluster {
 public:
  explicit WatchedCluster(unsigned seed) : random_(seed) {
    store_.audit_pods();
    store_.know_overlays();
    store_.know_classes();
    store_.begin_replace(cache::Store::Kind::node);
    EXPECT_EQ(store_.end_replace(cache::Store::Kind::node, "1"), kube::Continuity::proven);
    put_daemon_set();
    store_.put(support::revision("old", 1, "{}"));
    store_.put(support::revision("new", 2, support::daemon_set().revision_data));
    for (int i = 0; i < 20; ++i) change();
  }

  void change() {
    switch (random_() % 12) {
      case 0:
        return put_daemon_set();
      case 1:
        return put_policy();
      case 2:
        return remove_node();
      case 3:
        return put_event();
      case 4:
      case 5:
        return put_node();
      case 6:
      case 7:
        return remove_pod();
      default:
        return put_pod();
    }
  }

  [[nodiscard]] Seen seen(bool blind) const {
    return {.store = store_,
            .not_ready = not_ready_,
            .events = events_,
            .unseen_nodes = blind ? "forbidden" : "",
            .unseen_events = events_.empty() ? "forbidden" : ""};
  }

 private:
  bool once_in(unsigned times) { return random_() % times == 0; }
  std::string version() { return std::to_string(++version_); }
  std::string any_node() { return "n" + std::to_string(random_() % 12); }
  objects::Time any_time() { return at(static_cast<double>(random_() % 1000)); }

  void put_daemon_set() {
    objects::DaemonSet set = support::daemon_set();
    set.resource_version = version();
    set.generation = 2;
    set.status.observed_generation = once_in(4) ? 1 : 2;
    set.strategy.rolling = !once_in(3);
    set.min_ready_seconds = once_in(2) ? 300 : 0;
    if (once_in(3)) set.strategy.max_surge = {.value = 2};
    store_.put(std::move(set));
  }

  void put_policy() {
    objects::RolloutPolicy policy;
    policy.namespace_ = agent.namespace_;
    policy.name = "policy";
    policy.uid = "p";
    policy.resource_version = version();
    policy.paused = once_in(3);
    policy.waves.resize(1);
    policy.waves[0].name = "canary";
    policy.waves[0].nodes = {.requirements = {{.key = "canary", .op = "In", .values = {"true"}}}};
    store_.put(std::move(policy));
    if (once_in(3)) store_.remove_policy({.namespace_ = agent.namespace_, .name = "policy"}, "p");
  }

  void put_node() {
    const std::string name = any_node();
    objects::Node node = support::node(name, once_in(3) ? objects::Labels{{"canary", "true"}} : objects::Labels{});
    node.health.ready = !once_in(4);
    node.health.ready_changed = any_time();
    if (once_in(4)) node.taints.push_back({.key = "maintenance", .value = "", .effect = "NoSchedule"});
    not_ready_.erase(name);
    if (!node.health.ready) not_ready_[name] = node.health.ready_changed;
    store_.put(std::move(node));
    overlay::Node known;
    known.name = name;
    store_.know_node(known);
  }

  void remove_node() {
    const std::string name = any_node();
    not_ready_.erase(name);
    store_.remove_node(name);
  }

  void put_pod() {
    const std::string node = any_node();
    objects::DaemonPod pod =
        support::pod("agent-" + std::to_string(random_() % 1000), node, once_in(2) ? "new" : "old");
    pod.uid = "pod-" + std::to_string(++pods_);
    pod.resource_version = version();
    pod.created = any_time();
    pod.ready = !once_in(3);
    pod.ready_since = any_time();
    pod.terminating = once_in(6);
    if (pod.terminating) pod.leaves_by = any_time();
    if (once_in(6)) pod.phase = once_in(2) ? objects::PodPhase::failed : objects::PodPhase::succeeded;
    if (!pod.ready && once_in(2)) pod.trouble = "container c: ImagePullBackOff";
    pod.stuck = !pod.trouble.empty();
    objects::Admitted admitted;
    if (once_in(6)) admitted.overlays = "gone.0123456789abcdef";
    pod.admitted = admitted;
    store_.put(std::move(pod));
  }

  void remove_pod() {
    if (pods_ > 0) store_.remove_pod("pod-" + std::to_string(random_() % pods_ + 1));
  }

  void put_event() {
    events_.clear();
    if (once_in(2)) return;
    events_.push_back({.uid = "e",
                       .about = "ds-1",
                       .reason = "FailedCreate",
                       .message = "Error creating: pods \"agent-x\" is forbidden: no",
                       .last = any_time()});
  }

  std::mt19937 random_;
  std::size_t version_ = 100;
  std::size_t pods_ = 0;
  cache::Store store_;
  daemonset::NotReadyNodes not_ready_;
  std::vector<objects::Event> events_;
};

using Signs = std::map<std::string, std::pair<daemonset::NodeState, daemonset::Trouble>, std::less<>>;

Signs signs_of(const auto& nodes) {
  Signs signs;
  for (const auto& node : nodes) signs[std::string(node.node)] = {node.state, node.trouble};
  return signs;
}

/// What is told of a DaemonSet as a whole.
std::string told_by(const Inspection& inspection) {
  return show(inspection, {}).dump() + waits_for(inspection) + first_trouble(inspection.report) +
         (inspection.rolled_out() ? " rolled out " : " ") + std::to_string(inspection.report.in_trouble);
}

TEST(Glance, SaysWhatTheWholeInspectionSays) {
  std::set<std::string> told;
  for (unsigned seed = 0; seed < 300; ++seed) {
    WatchedCluster cluster(seed);
    for (int step = 0; step < 20; ++step) {
      cluster.change();
      const Seen seen = cluster.seen(seed % 4 == 0);
      const Inspection whole = inspection_of(seen, agent, at(now));
      const Glance glance = glance_at(seen, agent, at(now));
      const daemonset::Report& report = glance.inspection.report;
      ASSERT_EQ(signs_of(glance.nodes), signs_of(whole.report.nodes)) << "seed " << seed << ", step " << step;
      ASSERT_EQ(glance.nodes.size(), whole.report.nodes.size());
      ASSERT_EQ(told_by(glance.inspection), told_by(whole)) << "seed " << seed << ", step " << step;
      ASSERT_EQ(report.counts, whole.report.counts);
      for (const daemonset::NodeReport& node : report.nodes) {
        const auto same = std::ranges::find(whole.report.nodes, node.node, &daemonset::NodeReport::node);
        ASSERT_NE(same, whole.report.nodes.end());
        ASSERT_EQ(node, *same) << node.node << ": " << node.why << " | " << same->why;
      }
      told.insert(waits_for(whole));
    }
  }
  EXPECT_GT(told.size(), 200U) << "else little has happened";
}

}  // namespace
}  // namespace everynode::inspection
