// Whole rollouts with random policies, node by node, against what a person would say about each step. What is planned
// follows from the objects alone: before each step all is forgotten and read anew.
#include <gtest/gtest.h>

#include <random>

#include "cases.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/files/time_zones.hpp"
#include "stores.hpp"

namespace everynode::cache {
namespace {

using std::chrono::seconds;

class RolloutWorld {
 public:
  explicit RolloutWorld(unsigned seed) : random_(seed) {
    set_.strategy.rolling = !one_in(3);
    set_.strategy.max_unavailable.value = static_cast<std::int64_t>(1 + below(4));
    make_policy();
    const std::size_t count = 1 + below(12);
    for (std::size_t i = 0; i < count; ++i) add_node();
  }

  /// Until the rollout is complete, or for so many steps.
  bool run(std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      now_ += seconds(1 + below(30));
      policy_.paused = false;
      if (i < steps / 2) disturb();
      if (i == steps / 2) bring_back_what_the_rollout_killed();
      become_ready();
      if (step() == "Complete" && i >= steps / 2) return true;
      if (::testing::Test::HasFailure()) return true;
    }
    return false;
  }

  [[nodiscard]] const std::string& phase() const { return policy_.status.phase; }

 private:
  struct Node {
    objects::Node node;
    std::optional<objects::DaemonPod> pod;
  };

  std::size_t below(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  objects::LabelSelector labelled(const std::string& key) {
    return {.requirements = {{.key = key, .op = "Exists", .values = {}}}};
  }

  void make_policy() {
    policy_.namespace_ = "default";
    policy_.name = "policy";
    policy_.uid = "p";
    policy_.resource_version = "1";
    if (one_in(2)) policy_.max_unavailable = {.value = static_cast<std::int64_t>(1 + below(5)), .percent = false};
    if (one_in(3)) make_windows();
    const std::size_t waves = below(4);
    for (std::size_t i = 0; i < waves; ++i) {
      objects::Wave& wave = policy_.waves.emplace_back();
      wave.name = "wave-" + std::to_string(i);
      if (one_in(3)) {
        wave.nodes = labelled("canary");
      } else {
        wave.by = "zone";
      }
      wave.soak = seconds(below(3) * 40);
      wave.hold = one_in(3);
      if (one_in(3)) wave.max_unavailable = {.value = 1, .percent = false};
    }
  }

  /// The rollout begins at noon. The last window stays open, so that all comes to an end.
  void make_windows() {
    const std::chrono::minutes noon = std::chrono::hours(12);
    for (const auto& [from, to] : {std::pair(below(3), 3 + below(5)), std::pair(9 + below(4), 14 + below(5))}) {
      policy_.windows.push_back({.from = noon + std::chrono::minutes(from), .to = noon + std::chrono::minutes(to)});
    }
    policy_.windows.push_back({.from = noon + std::chrono::minutes(22)});
  }

  [[nodiscard]] bool is_in_a_window() const {
    const auto time = now_ - std::chrono::floor<std::chrono::days>(now_);
    return policy_.windows.empty() || std::ranges::any_of(policy_.windows, [&](const objects::Window& one) {
             return one.from <= time && time < one.to;
           });
  }

  void add_node() {
    const std::string name = "n" + std::to_string(++names_);
    objects::Labels labels;
    if (one_in(4)) labels.set("canary", "");
    if (!one_in(4)) labels.set("zone", std::string(1, static_cast<char>('a' + below(3))));
    nodes_[name] = {.node = support::node(name, labels), .pod = pod(name, "old", now_)};
    nodes_[name].node.health.created = now_;
  }

  objects::DaemonPod pod(const std::string& node, const std::string& hash, std::optional<objects::Time> ready) {
    objects::DaemonPod pod = support::pod("p" + std::to_string(++names_), node, hash);
    pod.created = now_;
    pod.ready = ready.has_value();
    pod.ready_since = ready.value_or(now_);
    return pod;
  }

  void disturb() {
    if (one_in(20)) add_node();
    if (one_in(20) && nodes_.size() > 1)
      nodes_.erase(std::next(nodes_.begin(), static_cast<int>(below(nodes_.size()))));
    for (auto& [name, node] : nodes_) {
      if (one_in(25)) {
        set_ready(node, !node.node.health.ready);
      }
      if (node.pod && node.pod->ready && (!node.node.health.ready || one_in(60))) {
        node.pod->ready = false;
        node.pod->ready_since = now_;
      }
    }
    policy_.paused = one_in(10);
  }

  void set_ready(Node& node, bool ready) {
    node.node.health.ready = ready;
    node.node.health.ready_changed = now_;
    node.node.taints.clear();
    if (!ready) node.node.taints = support::not_ready_taints();
  }

  /// Nobody is excused whom the rollout may have made bad, so it would wait for these for ever.
  void bring_back_what_the_rollout_killed() {
    for (auto& [name, node] : nodes_) {
      if (node.node.health.ready || is_deferred(node)) continue;
      set_ready(node, true);
    }
  }

  void become_ready() {
    for (auto& [name, node] : nodes_) {
      if (!node.pod || node.pod->ready || !node.node.health.ready || one_in(3)) continue;
      node.pod->ready = true;
      node.pod->ready_since = now_;
    }
  }

  Store seen() {
    Store store{rollout::TimeZones{files::load_time_zone}};
    store.put(support::revision("old", 1, R"({"spec":{}})"));
    store.put(support::revision("new", 2, set_.revision_data));
    store.put(set_);
    std::vector<const Node*> order;
    for (const auto& [name, node] : nodes_) order.push_back(&node);
    std::ranges::shuffle(order, random_);
    for (const Node* node : order) {
      store.put(node->node);
      if (node->pod) store.put(*node->pod);
    }
    store.put(policy_);
    return store;
  }

  /// "": of the rest, which comes last.
  [[nodiscard]] std::pair<std::size_t, std::string> place_of(const Node& node) const {
    for (std::size_t i = 0; i < policy_.waves.size(); ++i) {
      const objects::Wave& wave = policy_.waves[i];
      if (wave.nodes && node.node.labels.find("canary") != nullptr) return {i, ""};
      const std::string* const zone = node.node.labels.find("zone");
      if (!wave.nodes && zone != nullptr) return {i, *zone};
    }
    return {policy_.waves.size(), ""};
  }

  static bool is(const Node& node, const std::string& hash) { return node.pod && node.pod->revision_hash() == hash; }

  /// Whether it was bad before its turn.
  [[nodiscard]] static bool is_deferred(const Node& node) {
    const objects::NodeHealth& health = node.node.health;
    if (health.ready) return false;
    return !is(node, "new") || health.ready_changed <= health.created || health.ready_changed < node.pod->created;
  }

  /// Whether it joined or came back after that time.
  [[nodiscard]] static bool came_after(objects::Time time, const Node& node) {
    const objects::NodeHealth& health = node.node.health;
    const bool came_back = health.ready && health.ready_changed > time;
    return health.created > time || (came_back && (!is(node, "new") || node.pod->created >= health.ready_changed));
  }

  /// When the first of the nodes that were there got its new pod, in that place or in any.
  [[nodiscard]] objects::Time begun(objects::Time first,
                                    std::optional<std::pair<std::size_t, std::string>> place) const {
    objects::Time begun = objects::Time::max();
    for (const auto& [name, one] : nodes_) {
      if (!is(one, "new") || came_after(first, one) || (place && place_of(one) != *place)) continue;
      begun = std::min(begun, one.pod->created);
    }
    return begun;
  }

  /// Whether it joined or came back after its turn began.
  [[nodiscard]] bool is_late(const Node& node) const {
    const objects::Time first = begun(objects::Time::max(), std::nullopt);
    return came_after(begun(first, place_of(node)), node);
  }

  /// Whether the waves let the node's old pod go.
  void expect_turn(const std::string& name) {
    const auto here = place_of(nodes_.at(name));
    EXPECT_FALSE(policy_.paused);
    for (const auto& [other, node] : nodes_) {
      const auto there = place_of(node);
      if (there >= here || is_deferred(node) || is_late(node)) continue;
      EXPECT_TRUE(is(node, "new") && node.pod->ready) << name << " goes before " << other;
      if (is(node, "new")) {
        EXPECT_LE(node.pod->ready_since + policy_.waves[there.first].soak, now_) << name << " before " << other;
      }
    }
    for (std::size_t i = 0; i < here.first; ++i) {
      if (!policy_.waves[i].hold || !policy_.waves[i].nodes) continue;
      EXPECT_NE(std::ranges::find(policy_.status.promoted, policy_.waves[i].name, &objects::Promotion::wave),
                policy_.status.promoted.end());
    }
  }

  /// How much of the budget is used up by good nodes.
  struct Used {
    std::int64_t unavailable = 0;   ///< nodes without an available pod
    std::int64_t on_their_way = 0;  ///< of these, nodes without an old pod
  };

  [[nodiscard]] Used used() const {
    Used used;
    for (const auto& [name, node] : nodes_) {
      if (is_deferred(node) || (node.pod && node.pod->ready)) continue;
      ++used.unavailable;
      used.on_their_way += is(node, "old") ? 0 : 1;
    }
    return used;
  }

  void take(const daemonset::Action& action, Used& used) {
    if (const auto* const created = std::get_if<daemonset::CreatePod>(&action)) {
      nodes_.at(created->node).pod = pod(created->node, "new", std::nullopt);
    }
    const auto* const deleted = std::get_if<daemonset::DeletePod>(&action);
    if (deleted == nullptr) return;
    Node& node = nodes_.at(deleted->node);
    EXPECT_TRUE(is(node, "old"));
    EXPECT_TRUE(node.node.health.ready) << deleted->node << " was bad before its turn";
    EXPECT_TRUE(is_in_a_window()) << deleted->node << " goes outside of all windows";
    const std::int64_t budget = policy_.max_unavailable.value_or(set_.strategy.max_unavailable).value;
    // A wave that finds the budget used up by old pods of later ones would wait for ever: they go first.
    const bool in_the_way = !node.pod->ready && used.unavailable >= budget;
    if (!was_complete() && !in_the_way) expect_turn(deleted->node);
    EXPECT_LT(node.pod->ready ? used.unavailable : used.on_their_way, budget);
    if (node.pod->ready) ++used.unavailable;
    ++used.on_their_way;
    node.pod.reset();
  }

  [[nodiscard]] bool was_complete() const {
    const auto* const known = rollout::remembered(policy_, "agent");
    return known != nullptr && known->last_complete_revision == "agent-new";
  }

  std::string step() {
    const Store store = seen();
    const daemonset::Plan plan = daemonset::plan(store.view(agent).snapshot, now_);
    const Store again = seen();
    EXPECT_EQ(support::to_text(daemonset::plan(again.view(agent).snapshot, now_).actions),
              support::to_text(plan.actions))
        << "in another order";
    Used used_up = used();
    // Whether the waves are open is decided on what is there now, not on what becomes of the actions.
    const auto before = nodes_;
    for (const daemonset::Action& action : plan.actions) {
      std::map<std::string, Node> after = std::exchange(nodes_, before);
      take(action, used_up);
      for (const auto& [name, node] : nodes_) {
        const bool same = node.pod.has_value() == before.at(name).pod.has_value() &&
                          (!node.pod || node.pod->uid == before.at(name).pod->uid);
        if (!same) after[name] = node;
      }
      nodes_ = std::move(after);
    }
    if (!plan.rollout) return "";
    const std::vector<rollout::Selected> selected{{.name = "agent", .served_by = {}, .rollout = plan.rollout}};
    policy_.status = rollout::status_of(policy_, selected, now_);
    if (policy_.status.phase == "Held" && one_in(3)) {
      policy_.status.promoted.push_back(
          {.daemon_set = "agent", .wave = policy_.status.wave, .revision = plan.rollout->revision});
    }
    return policy_.status.phase;
  }

  std::mt19937 random_;
  objects::DaemonSet set_ = daemon_set();
  objects::RolloutPolicy policy_;
  std::map<std::string, Node> nodes_;
  std::size_t names_ = 0;
  objects::Time now_ = support::at(0);
};

TEST(RolloutProperty, WavesSoaksHoldsAndBudgetsAreKeptAndAllComesToAnEnd) {
  for (unsigned seed = 0; seed < support::cases(60); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RolloutWorld world(seed);
    EXPECT_TRUE(world.run(200)) << "not complete, but " << world.phase();
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace everynode::cache
