// Invariants of plans in a cluster without faults.
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

#include "builders.hpp"
#include "cases.hpp"
#include "invariants.hpp"
#include "rng.hpp"
#include "simulated_reconciler.hpp"
#include "world.hpp"

namespace everynode::simulation {
namespace {

using objects::DaemonPod;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t everything = 1'000'000;

/// Some nodes, DaemonSet default/agent, and a kubelet that starts pods one by one, in random order.
class Calm {
 public:
  Calm(std::uint64_t seed, std::size_t nodes, objects::UpdateStrategy strategy) : rng_(seed), now_(support::at(0)) {
    for (std::size_t i = 0; i < nodes; ++i) api_.nodes.write(support::node("n" + std::to_string(i)));
    objects::DaemonSet set = support::daemon_set();
    set.strategy = strategy;
    api_.daemon_sets.write(std::move(set));
    reconciler_.start();
  }

  SimulatedApi& api() { return api_; }
  [[nodiscard]] const SimulatedApi& api() const { return api_; }
  SimulatedReconciler& controller() { return reconciler_; }
  objects::Time& now() { return now_; }
  std::function<void()> after_each_write = [] {};

  void set_template(objects::PodTemplate pod_template) {
    objects::DaemonSet set = *api_.daemon_sets.find("agent");
    set.pod_template = std::move(pod_template);
    set.revision_data = objects::revision_data(set.pod_template);
    set.generation += 1;
    set.annotations.set(objects::template_generation_annotation, std::to_string(set.generation));
    api_.daemon_sets.write(std::move(set));
  }

  /// The controller sees everything and does what it can, without a rest.
  bool sync() {
    reconciler_.deliver([] { return everything; });
    bool any = reconciler_.work();
    while (reconciler_.calls() > 0) {
      any = true;
      if (reconciler_.call(0).answer) {
        reconciler_.answer(0);
      } else {
        reconciler_.arrive(0, Fate::answered);
        after_each_write();
      }
      reconciler_.work();
    }
    return any;
  }

  /// Moves one pod a step on. False if all pods are in their final state.
  bool start_one() {
    std::vector<DaemonPod> waiting;
    for (const auto& [name, pod] : api_.pods.all()) {
      if (pod.terminating || !pod.ready) waiting.push_back(pod);
    }
    if (waiting.empty()) return false;
    DaemonPod pod = waiting[rng_.below(waiting.size())];
    if (pod.terminating) {
      api_.pods.erase(pod.name);
      return true;
    }
    pod.node_name = pod.target_node;
    pod.phase = objects::PodPhase::running;
    pod.ready = true;
    pod.ready_since = now_;
    api_.pods.write(std::move(pod));
    return true;
  }

  /// Runs until nothing happens any more. False if that never comes.
  bool settle() {
    for (int i = 0; i < 2000; ++i) {
      bool changed = sync();
      changed = start_one() || changed;
      const auto due = reconciler_.due_at();
      if (!changed && !due) return true;
      now_ = std::max(now_ + milliseconds(100), changed ? now_ : *due);
    }
    return false;
  }

  [[nodiscard]] std::int64_t available() const {
    return std::ranges::count_if(api_.pods.all(),
                                 [](const auto& p) { return p.second.ready && !p.second.terminating; });
  }
  [[nodiscard]] std::int64_t staying() const {
    return std::ranges::count_if(api_.pods.all(), [](const auto& p) { return !p.second.terminating; });
  }

 private:
  Rng rng_;
  objects::Time now_;
  SimulatedApi api_;
  SimulatedReconciler reconciler_{
      api_,
      now_,
      {.meanwhile = [] {},
       .judge = [](const auto& snapshot, const auto& plan, auto now) { check_plan(snapshot, plan, now); },
       .begins = [](const auto&...) {},
       .log = [](const std::string&) {}}};
};

const objects::PodTemplate other_template = support::pod_template(R"("containers":[{"name":"c","image":"i:2"}])");

objects::UpdateStrategy replacing(std::int64_t max_unavailable) {
  return {.rolling = true, .max_unavailable = {.value = max_unavailable}, .max_surge = {}};
}
objects::UpdateStrategy surging(std::int64_t max_surge) {
  return {.rolling = true, .max_unavailable = {.value = 0}, .max_surge = {.value = max_surge}};
}

TEST(FixedPoint, IsReachedFromAnywhereAndStays) {
  for (std::uint64_t seed = 1; seed <= support::cases(300); ++seed) {
    SCOPED_TRACE(seed);
    Rng rng(seed);
    objects::Time now = support::at(0);
    SimulatedApi api;
    World world(api, rng, now, /*collects_pods=*/seed % 3 != 0, [](const std::string&) {});
    for (std::size_t i = rng.below(100); i > 0; --i) {
      world.surprise();
      world.work();
    }
    world.start_nodes();
    SimulatedReconciler controller(api, now,
                                   {.meanwhile = [] {},
                                    .judge = [](const auto&...) {},
                                    .begins = [](const auto&...) {},
                                    .log = [](const std::string&) {}});
    // Every other cluster has a server that needs longer for each answer than a plan lives.
    const objects::Time::duration answers_take = seed % 2 == 0 ? milliseconds(10) : seconds(5);
    const auto run = [&] {
      std::ignore = controller.crash();
      controller.start();
      constexpr int most_rounds = 5000;
      bool changed = true;
      for (int i = 0; changed && i < most_rounds; ++i) {
        changed = world.settle();
        controller.deliver([] { return everything; });
        changed = controller.work() || changed;
        changed = controller.exchange_all() || changed;
        const auto due = controller.due_at();
        now = !changed && due ? std::max(now, *due) : now + answers_take;
        changed = changed || due;
      }
      ASSERT_FALSE(changed) << "it goes on for ever";
    };
    run();
    for (const auto& [name, set] : api.daemon_sets.all()) EXPECT_NO_THROW(check_daemon_set(api, set, false, now));
    const std::string version = api.version();
    run();
    EXPECT_EQ(api.version(), version) << "a controller that starts anew finds nothing to do";
  }
}

TEST(Rollout, NeverExceedsMaxUnavailable) {
  for (std::uint64_t seed = 1; seed <= support::cases(60); ++seed) {
    SCOPED_TRACE(seed);
    const auto nodes = static_cast<std::int64_t>(1 + seed % 9);
    const auto budget = static_cast<std::int64_t>(1 + seed % 3);
    Calm calm(seed, static_cast<std::size_t>(nodes), replacing(budget));
    ASSERT_TRUE(calm.settle());
    ASSERT_EQ(calm.available(), nodes);
    calm.after_each_write = [&] { ASSERT_GE(calm.available(), nodes - budget); };
    calm.set_template(other_template);
    ASSERT_TRUE(calm.settle());
    EXPECT_EQ(calm.api().daemon_sets.find("agent")->status.updated_number_scheduled, nodes);
  }
}

TEST(Rollout, OfASurgeServesAllTheTimeWithFewMorePods) {
  for (std::uint64_t seed = 1; seed <= support::cases(60); ++seed) {
    SCOPED_TRACE(seed);
    const auto nodes = static_cast<std::int64_t>(1 + seed % 9);
    const auto budget = static_cast<std::int64_t>(1 + seed % 3);
    Calm calm(seed, static_cast<std::size_t>(nodes), surging(budget));
    ASSERT_TRUE(calm.settle());
    calm.after_each_write = [&] {
      ASSERT_GE(calm.available(), nodes);
      ASSERT_LE(calm.staying(), nodes + budget);
    };
    calm.set_template(other_template);
    ASSERT_TRUE(calm.settle());
    EXPECT_EQ(calm.staying(), nodes);
    EXPECT_EQ(calm.api().daemon_sets.find("agent")->status.updated_number_scheduled, nodes);
  }
}

TEST(Rollback, RestartsNoPodThatIsOfItsRevision) {  // requirement 10.9
  for (std::uint64_t seed = 1; seed <= support::cases(60); ++seed) {
    SCOPED_TRACE(seed);
    Calm calm(seed, 8, seed % 2 == 0 ? replacing(2) : surging(2));
    ASSERT_TRUE(calm.settle());
    calm.set_template(other_template);
    for (std::uint64_t i = 0; i < 5 + seed % 20; ++i) {
      calm.sync();
      calm.start_one();
    }
    std::string first;
    for (const auto& [name, revision] : calm.api().revisions.all()) {
      if (revision.revision == 1) first = revision.hash();
    }
    std::vector<std::string> right;
    for (const auto& [name, pod] : calm.api().pods.all()) {
      if (!pod.terminating && pod.revision_hash() == first) right.push_back(name);
    }
    calm.set_template(support::pod_template());
    ASSERT_TRUE(calm.settle());
    for (const auto& name : right) EXPECT_NE(calm.api().pods.find(name), nullptr) << name << " was restarted";
    EXPECT_EQ(calm.staying(), 8);
    EXPECT_EQ(calm.api().revisions.find("agent-" + first)->revision, 3);
  }
}

TEST(Backoff, BoundsPodsThatFailAtOnce) {  // requirements 5.4 and 5.6
  for (const auto& strategy : {replacing(1), surging(1)}) {
    Calm calm(1, 3, strategy);
    int created = 0;
    calm.api().on_create = [&](const DaemonPod&) { ++created; };
    const objects::Time end = calm.now() + std::chrono::hours(1);
    while (calm.now() < end) {
      calm.sync();
      for (const auto& [name, found] : std::map(calm.api().pods.all())) {
        DaemonPod pod = found;
        if (pod.phase == objects::PodPhase::failed) continue;
        pod.node_name = pod.target_node;
        pod.phase = objects::PodPhase::failed;
        calm.api().pods.write(std::move(pod));
      }
      calm.now() += milliseconds(500);
    }
    EXPECT_LE(created, 3 * 16) << "at 0, 0, 1, 3, 7, ... 1023 s, then every 15 minutes";
    EXPECT_GE(created, 3 * 10);
  }
}

}  // namespace
}  // namespace everynode::simulation
