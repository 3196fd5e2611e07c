#include "drift.hpp"

#include <algorithm>
#include <tuple>

namespace everynode::daemonset {
namespace {

class Drifted {
 public:
  explicit Drifted(Situation& situation) : situation_(situation), policy_(*situation.snapshot.policy) {}

  void take() {
    for (std::size_t i = 0; i < situation_.nodes.size(); ++i) {
      for (NodePod& one : situation_.nodes[i].pods) look_at(i, one);
    }
    if (situation_.unfitted == 0 || came_right_) return;
    for (NodePods& pods : situation_.nodes) {
      for (NodePod& one : pods.pods) one.held = one.unfitted;
    }
    const objects::Time tries_at = overtaken_ ? youngest_ : youngest_ + between_tries;
    if (tries_at > situation_.now) {
      situation_.tries_at = tries_at;
    } else if (first_ != nullptr) {
      first_->held = false;
    }
  }

 private:
  void look_at(std::size_t index, NodePod& one) {
    if (!one.updated || !one.stays()) return;
    const objects::DaemonPod& pod = *one.pod;
    if (pod.created > youngest_) came_right_ = overtaken_ = false;
    youngest_ = std::max(youngest_, pod.created);
    came_right_ = came_right_ || (pod.created == youngest_ && pod.drift == objects::Drift::none);
    overtaken_ = overtaken_ || (pod.created == youngest_ && pod.overtaken);
    if (!is_replaced(pod.drift)) return;
    one.updated = false;
    one.unfitted = true;
    ++situation_.unfitted;
    if (comes_first(index)) {
      first_ = &one;
      first_node_ = index;
    }
  }

  [[nodiscard]] bool is_replaced(objects::Drift drift) const {
    return drift == objects::Drift::outdated || (drift == objects::Drift::unmutated && policy_.repair);
  }

  /// Whether the node is the one to try: one of the first wave, by name.
  [[nodiscard]] bool comes_first(std::size_t index) const {
    const NodePods& pods = situation_.nodes[index];
    if (!pods.desired() || !pods.node->health.good()) return false;
    return first_ == nullptr || order_of(index) < order_of(first_node_);
  }
  [[nodiscard]] std::tuple<const rollout::Place&, std::string_view> order_of(std::size_t index) const {
    return {situation_.snapshot.places[index], situation_.nodes[index].node->name};
  }

  Situation& situation_;
  const objects::RolloutPolicy& policy_;
  objects::Time youngest_{};
  bool came_right_ = false;
  bool overtaken_ = false;    ///< the youngest pod says nothing of how new ones come out
  NodePod* first_ = nullptr;  ///< the one to try
  std::size_t first_node_ = 0;
};

}  // namespace

void take_drift(Situation& situation) {
  Drifted(situation).take();
}

}  // namespace everynode::daemonset
