// Updates of which some are bad, under a policy that rolls back, while statuses and patches get lost and somebody puts
// bad templates back. Before each step all is forgotten and read anew, as after a crash.
#include <gtest/gtest.h>

#include <random>

#include "cases.hpp"
#include "everynode/daemonset/plan.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using std::chrono::seconds;

class RollbackWorld {
 public:
  explicit RollbackWorld(unsigned seed) : random_(seed) {
    policy_.namespace_ = "default";
    policy_.name = "policy";
    policy_.uid = "p";
    policy_.resource_version = "1";
    policy_.max_unavailable = {.value = static_cast<std::int64_t>(1 + below(4)), .percent = false};
    policy_.failure = {.max_failed_nodes = {.value = static_cast<std::int64_t>(below(3)), .percent = false},
                       .progress_deadline = seconds(60),
                       .then = objects::AfterFailure::rollback};
    if (one_in(2)) {
      objects::Wave& wave = policy_.waves.emplace_back();
      wave.name = "first";
      wave.count = {.value = 1, .percent = false};
      wave.soak = seconds(below(3) * 20);
    }
    set_.revision_history_limit = static_cast<std::int64_t>(below(3));
    const std::size_t count = 2 + below(9);
    for (std::size_t i = 0; i < count; ++i) nodes_["n" + std::to_string(i)];
    deploy(false);
  }

  /// Until the last update is complete, or for so many steps. The last update is a good one.
  bool run(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      now_ += seconds(1 + below(20));
      if (i < steps / 2) disturb();
      if (i == steps / 2) deploy(false);
      // Bad pods that wait for a later wave may use up the budget that an earlier one needs: a person has to help.
      if (i == steps * 3 / 4) policy_.waves.clear();
      become_ready();
      step();
      if (::testing::Test::HasFailure()) return true;
      if (i > steps / 2 && policy_.status.phase == "Complete" && all_have(set_.revision_data)) return true;
    }
    return false;
  }

  [[nodiscard]] std::string told() const { return policy_.status.phase + ": " + told_of().message; }
  [[nodiscard]] int rollbacks() const { return rollbacks_; }
  [[nodiscard]] int put_back() const { return put_back_; }
  [[nodiscard]] int ways_back() const { return ways_back_; }

 private:
  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  void set_template(const std::string& data) {
    set_.revision_data = data;
    ++set_.generation;
    set_.resource_version = std::to_string(10 + set_.generation);
  }

  void deploy(bool bad) {
    const std::string data = R"({"spec":{"template":{"update":)" + std::to_string(++updates_) + "}}}";
    if (bad) bad_.insert(data);
    set_template(data);
  }

  void disturb() {
    const bool settled = policy_.status.phase == "Complete" || policy_.status.phase == "Failed";
    if (settled && one_in(4)) return deploy(one_in(2));
    if (!restored_.empty() && one_in(15)) {  // as a GitOps tool
      ++put_back_;
      return set_template(restored_);
    }
    if (one_in(40)) deploy(one_in(2));
    if (!policy_.status.daemon_sets.empty() && one_in(30)) retry();
  }

  void retry() {
    auto& failed = policy_.status.daemon_sets[0].failed_revisions;
    std::erase_if(failed, [&](const auto& one) { return data_of(one.revision) == set_.revision_data; });
  }

  void become_ready() {
    for (auto& [name, pod] : nodes_) {
      const bool bad = pod && bad_.contains(data_of("agent-" + std::string(pod->revision_hash())));
      if (!pod || pod->ready || bad || one_in(3)) continue;
      pod->ready = true;
      pod->ready_since = now_;
    }
  }

  [[nodiscard]] std::string data_of(const std::string& revision) const {
    const auto found = std::ranges::find(revisions_, revision, &objects::ControllerRevision::name);
    return found == revisions_.end() ? "" : found->data;
  }

  [[nodiscard]] bool all_have(const std::string& data) const {
    return std::ranges::all_of(nodes_, [&](const auto& node) {
      return node.second && node.second->ready && data_of("agent-" + std::string(node.second->revision_hash())) == data;
    });
  }

  [[nodiscard]] objects::DaemonSetRollout told_of() const {
    return policy_.status.daemon_sets.empty() ? objects::DaemonSetRollout{} : policy_.status.daemon_sets[0];
  }

  /// What the policy remembers of the present template's failure.
  [[nodiscard]] std::optional<objects::FailedRevision> failure() const {
    for (const objects::FailedRevision& one : told_of().failed_revisions) {
      if (data_of(one.revision) == set_.revision_data) return one;
    }
    return std::nullopt;
  }

  Store seen() const {
    Store store;
    for (const auto& revision : revisions_) store.put(revision);
    store.put(set_);
    for (const auto& [name, pod] : nodes_) {
      store.put(support::node(name));
      if (pod) store.put(*pod);
    }
    store.put(policy_);
    return store;
  }

  void step() {
    const Store store = seen();
    const daemonset::Plan plan = daemonset::plan(store.view(agent).snapshot, now_);
    for (const daemonset::Action& action : plan.actions) {
      std::visit([this](const auto& one) { take(one); }, action);
    }
    if (!plan.rollout || one_in(4)) return;  // the write is lost
    const std::vector<rollout::Selected> selected{{.name = "agent", .served_by = {}, .rollout = plan.rollout}};
    const std::string before = policy_.status.phase;
    policy_.status = rollout::status_of(policy_, selected, now_);
    if (before != "RollingBack" || policy_.status.phase != "Complete") return;
    EXPECT_TRUE(all_have(set_.revision_data)) << "the way back is complete before its last pod is available";
    ++ways_back_;
  }

  void take(const daemonset::CreateRevision& action) {
    revisions_.push_back(support::revision(action.hash, action.revision, set_.revision_data));
  }
  void take(const daemonset::ChangeRevision& action) {
    std::ranges::find(revisions_, action.name, &objects::ControllerRevision::name)->revision = *action.revision;
  }
  void take(const daemonset::DeleteRevision& action) {
    EXPECT_NE(action.name, told_of().last_complete_revision) << "it may be needed";
    std::erase_if(revisions_, [&](const auto& one) { return one.uid == action.uid; });
  }

  void take(const daemonset::CreatePod& action) {
    std::string hash;
    for (const auto& one : revisions_) {
      if (one.data == set_.revision_data) hash = one.hash();
    }
    objects::DaemonPod pod = support::pod("p" + std::to_string(++names_), action.node, hash);
    pod.created = now_;
    pod.ready = false;
    nodes_.at(action.node) = std::move(pod);
  }

  void take(const daemonset::DeletePod& action) {
    std::optional<objects::DaemonPod>& pod = nodes_.at(action.node);
    EXPECT_FALSE(failure()) << "a revision that failed is rolled out";
    std::int64_t unavailable = 0;
    std::int64_t on_their_way = 0;
    for (const auto& [name, one] : nodes_) {
      if (one && one->ready) continue;
      ++unavailable;
      const bool old = one && data_of("agent-" + std::string(one->revision_hash())) != set_.revision_data;
      on_their_way += old ? 0 : 1;
    }
    EXPECT_LT(pod->ready ? unavailable : on_their_way, policy_.max_unavailable->value);
    pod.reset();
  }

  void take(const daemonset::RestoreTemplate& action) {
    const auto failed = failure();
    ASSERT_TRUE(failed) << "nobody would know that it failed";
    EXPECT_EQ(failed->generation, set_.generation) << "somebody has put it back: it stays";
    EXPECT_EQ(action.revision, told_of().last_complete_revision);
    EXPECT_EQ(action.data, data_of(action.revision));
    if (one_in(4)) return;  // the request is lost
    ++rollbacks_;
    restored_ = set_.revision_data;
    set_template(action.data);
  }

  void take(const auto&) { ADD_FAILURE() << "nothing else is to be done"; }

  std::mt19937 random_;
  objects::DaemonSet set_ = daemon_set();
  objects::RolloutPolicy policy_;
  std::vector<objects::ControllerRevision> revisions_;
  std::set<std::string> bad_;  ///< templates whose pods never become ready
  std::map<std::string, std::optional<objects::DaemonPod>> nodes_;
  std::string restored_;  ///< the template that was last put back from
  int updates_ = 0;
  int rollbacks_ = 0;
  int put_back_ = 0;
  int ways_back_ = 0;  ///< that were complete in the end
  int names_ = 0;
  objects::Time now_ = support::at(0);
};

TEST(RollbackProperty, WhatFailedGoesBackWithinTheBudgetOnceAndTheNextGoodUpdateGetsEverywhere) {
  constexpr int seeds = support::cases(200);
  int rollbacks = 0;
  int put_back = 0;
  int ways_back = 0;
  for (unsigned seed = 0; seed < seeds; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RollbackWorld world(seed);
    EXPECT_TRUE(world.run(300)) << "not complete, but " << world.told();
    if (HasFailure()) return;
    rollbacks += world.rollbacks();
    put_back += world.put_back();
    ways_back += world.ways_back();
  }
  EXPECT_GT(rollbacks, seeds) << "else it tests little";
  EXPECT_GT(put_back, seeds / 2);
  EXPECT_GT(ways_back, seeds / 2);
}

}  // namespace
}  // namespace everynode::cache
