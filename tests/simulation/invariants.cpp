#include "invariants.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "everynode/daemonset/history.hpp"
#include "everynode/daemonset/rollout.hpp"
#include "everynode/objects/eligibility.hpp"

namespace everynode::simulation {
namespace {

using objects::DaemonPod;

/// What a plan does on one node.
struct NodePlan {
  const daemonset::DaemonNode* node = nullptr;
  int creates = 0;
  std::set<std::string> deletes;  ///< UIDs
  std::set<std::string> forces;   ///< those of them that go without grace

  [[nodiscard]] int wanted() const {
    return creates + static_cast<int>(std::ranges::count_if(node->pods, [&](const DaemonPod* pod) {
             return !pod->terminating && !pod->is_over() && !deletes.contains(pod->uid);
           }));
  }
};

class PlanJudge {
 public:
  PlanJudge(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now)
      : snapshot_(snapshot), set_(*snapshot.daemon_set), plan_(plan), now_(now), is_updated_(set_, plan.hash) {
    for (const auto& node : snapshot.nodes) nodes_[node.name].node = &node;
    for (const auto& action : plan.actions) {
      if (const auto* create = std::get_if<daemonset::CreatePod>(&action)) ++nodes_.at(create->node).creates;
      if (const auto* gone = std::get_if<daemonset::DeletePod>(&action)) {
        require(nodes_.at(gone->node).deletes.insert(gone->uid).second, "one deletion for one pod");
        if (gone->force) nodes_.at(gone->node).forces.insert(gone->uid);
      }
    }
  }

  void judge() const {
    std::int64_t unavailable = 0;
    std::int64_t victims = 0;
    std::int64_t surging = 0;
    bool begins_surge = false;
    for (const auto& [name, node] : nodes_) {
      check_node(node);
      if (held(node)) continue;  // the rollout leaves them out
      // Pods on a node that no longer exists use up no budget: the rollout does not wait for them.
      const bool counts = eligible(node) || (node.node->exists && inhabited(node));
      if (serving(node) == 0) unavailable += counts ? 1 : 0;
      if (plan_.stage != daemonset::Stage::rollout) continue;
      if (serving(node) > 0 && node.creates == 0) victims += static_cast<std::int64_t>(node.deletes.size());
      begins_surge = begins_surge || (node.creates > 0 && serving(node) > 0);
      surging += node.node->exists && node.wanted() > 1 && serving(node) > 0 && !waits(node) ? 1 : 0;
    }
    if (plan_.stage != daemonset::Stage::rollout) return;
    const std::int64_t desired = std::ranges::count_if(nodes_, [](const auto& n) { return eligible(n.second); });
    const daemonset::Budget budget = daemonset::budget_of(set_.strategy, desired);
    if (budget.max_surge == 0) {
      require(victims <= std::max<std::int64_t>(0, budget.max_unavailable - unavailable),
              "a rollout keeps to maxUnavailable");
    } else if (begins_surge) {
      require(surging <= budget.max_surge, "a rollout keeps to maxSurge");
    }
  }

 private:
  static bool eligible(const NodePlan& node) { return node.node->exists && node.node->placement.should_run; }
  static bool held(const NodePlan& node) { return node.node->exists && node.node->placement.held; }
  static bool inhabited(const NodePlan& node) {
    return std::ranges::any_of(node.node->pods, [](const DaemonPod* pod) { return !daemonset::is_gone(*pod); });
  }
  /// How many pods serve now, whatever the plan does.
  [[nodiscard]] std::ptrdiff_t serving(const NodePlan& node) const {
    return std::ranges::count_if(node.node->pods, [&](const DaemonPod* pod) {
      return !pod->terminating && is_available(*pod, set_.min_ready_seconds, now_);
    });
  }

  /// A pod of it could not be deleted lately: what has failed takes nobody's place in the budget.
  [[nodiscard]] bool waits(const NodePlan& node) const {
    return std::ranges::any_of(node.node->pods, [this](const DaemonPod* pod) {
      return daemonset::waits_until(snapshot_, pod->uid, now_).has_value();
    });
  }

  void check_node(const NodePlan& node) const {
    require(node.creates <= 1, "one new pod for a node at one time");
    const bool untouched = node.creates == 0 && node.deletes.empty();
    require(untouched || !held(node), "nothing is created or deleted where a switch holds pods");
    require(untouched || !set_.switches.suspends(), "nothing is created or deleted for a DaemonSet that is suspended");
    require(node.creates == 0 || !daemonset::shuts_down(snapshot_, *node.node), "no new pod where the node shuts down");
    require(node.creates == 0 || eligible(node), "new pods for eligible nodes only");
    const int most = set_.strategy.surges() ? 2 : 1;
    if (node.creates > 0) require(node.wanted() <= most, "not more pods on a node than its strategy wants");
    for (const DaemonPod* pod : node.node->pods) {
      if (!node.deletes.contains(pod->uid)) continue;
      const bool forced = node.forces.contains(pod->uid);
      require(!forced || !node.node->exists, "without grace only where nobody ends pods");
      require(!pod->terminating || (forced && !pod->forced), "what is being deleted is not deleted again");
      const bool right = is_updated_(*pod) && !pod->is_over() && eligible(node);
      require(!right || node.wanted() >= 1, "no pod of the right revision is restarted");
    }
  }

  const daemonset::Snapshot& snapshot_;
  const objects::DaemonSet& set_;
  const daemonset::Plan& plan_;
  objects::Time now_;
  daemonset::IsUpdated is_updated_;
  std::map<std::string, NodePlan> nodes_;
};

/// Checks one DaemonSet at the end of a simulation.
class EndJudge {
 public:
  EndJudge(const SimulatedApi& api, const objects::DaemonSet& set, objects::Time now)
      : api_(api), set_(set), now_(now) {
    for (const auto& [name, pod] : api.pods.all()) {
      if (pod.controller && pod.controller->uid == set.uid && !pod.target_node.empty()) {
        pods_[pod.target_node].push_back(&pod);
      }
    }
  }

  /// What a switch holds is as it happens to be.
  void check_pods(bool only_newest) const {
    if (!set_.switches.suspends()) check_nodes(only_newest);
    for (const auto& [name, pod] : api_.pods.all()) {
      require(daemonset::claim_of(set_, pod.controller, pod.labels) != daemonset::Claim::orphan,
              set_.name + ": orphan " + name);
    }
  }

  void check_nodes(bool only_newest) const {
    for (const auto& [name, node] : api_.nodes.all()) {
      const auto placement = objects::place(set_, node);
      const auto found = pods_.find(name);
      const std::size_t count = found == pods_.end() ? 0 : found->second.size();
      if (placement.held) continue;
      require(count <= 1, set_.name + ": two pods on node " + name);
      require(!placement.should_run || count == 1, set_.name + ": no pod on node " + name);
      require(placement.should_continue || count == 0, set_.name + ": a pod that may not stay on node " + name);
      if (count == 0 || !placement.should_run || !set_.strategy.rolling || !only_newest) continue;
      require(found->second.front()->labels.get("v") == set_.pod_template.labels.get("v"),
              set_.name + ": an old pod on node " + name);
    }
    for (const auto& [name, list] : pods_) {
      require(api_.nodes.find(name) != nullptr, set_.name + ": a pod for node " + name + ", which has gone");
    }
  }

  void check_history() const {
    std::set<std::string_view> live;
    for (const auto& [name, pod] : api_.pods.all()) {
      if (pod.controller && pod.controller->uid == set_.uid) live.insert(pod.revision_hash());
    }
    std::int64_t current = 0;
    std::int64_t newest = 0;
    std::int64_t number = 0;
    std::int64_t unused = 0;
    std::int64_t old = 0;
    for (const auto& [name, revision] : api_.revisions.all()) {
      const daemonset::Claim claim = daemonset::claim_of(set_, revision.controller, revision.labels);
      require(claim != daemonset::Claim::orphan && claim != daemonset::Claim::stray,
              set_.name + ": unclaimed revision " + name);
      if (claim != daemonset::Claim::own) continue;
      require(!revision.hash().empty(), name + ": a revision without hash");
      if (revision.data == set_.revision_data) {
        ++current;
        number = revision.revision;
      } else {
        ++old;
        newest = std::max(newest, revision.revision);
        if (!live.contains(revision.hash())) ++unused;
      }
    }
    require(current == 1, set_.name + ": " + std::to_string(current) + " revisions of the template");
    require(number > newest, set_.name + ": the template's revision is not the newest");
    require(unused == 0 || old <= set_.revision_history_limit, set_.name + ": revisions beyond the limit");
  }

  void check_status() const {
    objects::DaemonSetStatus status;
    status.observed_generation = set_.generation;
    const daemonset::IsUpdated is_updated(set_, current_hash());
    for (const auto& [name, node] : api_.nodes.all()) {
      const auto found = pods_.find(name);
      const auto first = [](const DaemonPod* a, const DaemonPod* b) { return objects::comes_first(*a, *b); };
      const DaemonPod* pod = found == pods_.end() ? nullptr : *std::ranges::min_element(found->second, first);
      if (!objects::place(set_, node).should_run) {
        status.number_misscheduled += pod != nullptr ? 1 : 0;
        continue;
      }
      ++status.desired_number_scheduled;
      const bool available = pod != nullptr && is_available(*pod, set_.min_ready_seconds, now_);
      ++(available ? status.number_available : status.number_unavailable);
      if (pod == nullptr) continue;  // the DaemonSet is suspended
      ++status.current_number_scheduled;
      status.number_ready += pod->ready ? 1 : 0;
      status.updated_number_scheduled += is_updated(*pod) ? 1 : 0;
    }
    require(status == set_.status, set_.name + ": the status is wrong");
  }

 private:
  [[nodiscard]] std::string_view current_hash() const {
    for (const auto& [name, revision] : api_.revisions.all()) {
      const bool own = daemonset::claim_of(set_, revision.controller, revision.labels) == daemonset::Claim::own;
      if (own && revision.data == set_.revision_data) return revision.hash();
    }
    return {};
  }

  const SimulatedApi& api_;
  const objects::DaemonSet& set_;
  objects::Time now_;
  std::map<std::string, std::vector<const DaemonPod*>> pods_;
};

}  // namespace

void check_plan(const daemonset::Snapshot& snapshot, const daemonset::Plan& plan, objects::Time now) {
  PlanJudge(snapshot, plan, now).judge();
}

void check_daemon_set(const SimulatedApi& api, const objects::DaemonSet& set, bool only_newest, objects::Time now) {
  const EndJudge judge(api, set, now);
  judge.check_pods(only_newest);
  judge.check_history();
  judge.check_status();
}

}  // namespace everynode::simulation
