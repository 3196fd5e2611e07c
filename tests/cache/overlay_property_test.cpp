// Overlays that change while the webhook comes and goes, by a policy that replaces what is outdated: what a person
// would say about each step. What is planned follows from the objects alone: before each step all is forgotten and read
// anew.
#include <gtest/gtest.h>

#include <random>

#include "cases.hpp"
#include "everynode/daemonset/plan.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

class OverlayWorld {
 public:
  explicit OverlayWorld(unsigned seed) : random_(seed) {
    policy_.namespace_ = "default";
    policy_.name = "policy";
    policy_.uid = "p";
    policy_.resource_version = "1";
    policy_.repair = one_in(2);
    policy_.max_unavailable = {.value = static_cast<std::int64_t>(1 + below(4)), .percent = false};
    if (one_in(2)) {
      objects::Wave& wave = policy_.waves.emplace_back();
      wave.name = "one";
      wave.count = objects::IntOrPercent{.value = 1, .percent = false};
    }
    objects::DaemonSetRollout& known = policy_.status.daemon_sets.emplace_back();
    known.name = "agent";
    known.last_complete_revision = "agent-new";
    change_overlay();
    const std::size_t count = 1 + below(12);
    for (std::size_t i = 0; i < count; ++i) pods_["n" + std::to_string(i)] = std::nullopt;
    create_missing();
    now_ += minutes(1);
    become_ready();
  }

  /// Until all pods are right, or for so many steps of half a minute.
  bool run(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      now_ += seconds(30);
      if (i < steps / 2) disturb();
      if (i == steps / 2) webhook_ = true;
      become_ready();
      step();
      create_missing();
      if (::testing::Test::HasFailure()) return true;
      if (i > steps / 2 && all_right()) return true;
    }
    return false;
  }

 private:
  struct Pod {
    objects::Time created{};
    bool ready = false;
    std::string stamp;
    bool seen = true;  ///< the webhook has seen it
    std::string uid;
  };

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  void change_overlay() {
    codec::Document document;
    overlay_ = overlay::read_overlay(R"({"metadata":{"namespace":"default","name":"mode"},"spec":{"daemonSets":{},)"
                                     R"("containers":[{"name":"c","env":[{"name":"MODE","value":")" +
                                         std::to_string(++versions_) + R"("}]}]}})",
                                     document)
                   .value();
    overlay_.created = support::at(-3600);
    // Sometimes nothing tells when it was changed, as of a node.
    if (one_in(2)) overlay_.changed = now_;
  }

  void disturb() {
    if (one_in(30)) change_overlay();
    if (one_in(20)) webhook_ = !webhook_;
    if (!one_in(40)) return;
    pods_.begin()->second.reset();
    tried_ = support::at(-3600);  // it may be the one that was tried: then nothing tells of it
  }

  objects::DaemonPod object_of(const std::string& node, const Pod& pod) const {
    objects::DaemonPod object = support::pod("agent-" + pod.uid, node, "new");
    object.created = pod.created;
    object.ready = pod.ready;
    object.ready_since = pod.created + seconds(20);
    object.creator = "kube-controller-manager";
    objects::Admitted admitted;
    admitted.containers.push_back({.name = "c", .limits = {}, .requests = {}});
    admitted.overlays = pod.stamp;
    if (pod.seen) admitted.node = node;
    object.admitted = std::move(admitted);
    return object;
  }

  [[nodiscard]] std::string right() const {
    Pod none;
    const objects::DaemonPod pod = object_of("n0", none);
    overlay::Node node;
    node.name = "n0";
    return overlay::fit(overlay::Catalog({overlay_}), overlay::as_admitted(pod), &node).stamp;
  }

  void create_missing() {
    for (auto& [node, pod] : pods_) {
      if (pod) continue;
      pod = Pod{.created = std::chrono::floor<seconds>(now_),
                .ready = false,
                .stamp = webhook_ ? right() : "",
                .seen = webhook_,
                .uid = std::to_string(++names_)};
    }
  }

  void become_ready() {
    for (auto& [node, pod] : pods_) {
      if (pod && pod->created + seconds(20) <= now_) pod->ready = true;
    }
  }

  Store seen() {
    Store store;
    store.audit_pods();
    store.knowledge().put(overlay_);
    store.know_classes();
    store.know_overlays();
    store.begin_replace(Store::Kind::node);
    for (const auto& [name, pod] : pods_) {
      store.put(support::node(name));
      overlay::Node node;
      node.name = name;
      store.know_node(node);
    }
    static_cast<void>(store.end_replace(Store::Kind::node, "1"));
    objects::DaemonSet set = daemon_set();
    set.strategy.rolling = false;
    store.put(support::revision("new", 1, set.revision_data));
    store.put(std::move(set));
    for (const auto& [name, pod] : pods_) {
      if (pod) store.put(object_of(name, *pod));
    }
    store.put(policy_);
    return store;
  }

  /// Whether one of the youngest pods has what it should have.
  [[nodiscard]] bool came_right() const {
    objects::Time youngest{};
    for (const auto& [name, pod] : pods_) {
      if (pod) youngest = std::max(youngest, pod->created);
    }
    return std::ranges::any_of(
        pods_, [&](const auto& one) { return one.second && one.second->created == youngest && is_right(*one.second); });
  }

  [[nodiscard]] bool is_right(const Pod& pod) const { return pod.stamp == right(); }

  [[nodiscard]] bool all_right() const {
    return std::ranges::all_of(pods_, [this](const auto& one) {
      return one.second && one.second->ready && (is_right(*one.second) || (!policy_.repair && !one.second->seen));
    });
  }

  void step() {
    Store store = seen();
    View view = store.view(agent);
    view.snapshot.authority = daemonset::Authority::companion;
    const daemonset::Plan plan = daemonset::plan(view.snapshot, now_);
    const bool proved = came_right();
    std::int64_t unavailable =
        std::ranges::count_if(pods_, [](const auto& one) { return !one.second || !one.second->ready; });
    std::size_t deleted = 0;
    for (const daemonset::Action& action : plan.actions) {
      const auto* const one = std::get_if<daemonset::DeletePod>(&action);
      ASSERT_NE(one, nullptr);
      std::optional<Pod>& pod = pods_.at(one->node);
      ASSERT_TRUE(pod);
      EXPECT_FALSE(is_right(*pod)) << "it was as it should be";
      if (!policy_.repair) EXPECT_TRUE(pod->seen || !pod->stamp.empty()) << "nobody wants it repaired";
      if (pod->ready) EXPECT_LT(unavailable++, policy_.max_unavailable->value);
      pod.reset();
      ++deleted;
    }
    if (!proved) EXPECT_LE(deleted, 1U) << "nothing shows that new pods come out right";
    if (!proved && deleted > 0) {
      EXPECT_TRUE(now_ - tried_ >= minutes(10) || overlay_.changed >= tried_) << "tried again too soon";
      tried_ = now_;
    }
  }

  std::mt19937 random_;
  objects::RolloutPolicy policy_;
  overlay::DaemonSetOverlay overlay_;
  std::map<std::string, std::optional<Pod>> pods_;
  bool webhook_ = true;
  unsigned versions_ = 0;
  unsigned names_ = 0;
  objects::Time now_ = support::at(0);
  objects::Time tried_ = support::at(-3600);
};

TEST(OverlayProperty, NothingIsReplacedInVainAndAllComesRight) {
  for (unsigned seed = 0; seed < support::cases(40); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    OverlayWorld world(seed);
    EXPECT_TRUE(world.run(300)) << "not all pods are right";
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace everynode::cache
