// What the laws of rollouts see of a node and its pods, in their own words.
#pragma once

#include <optional>
#include <string>

#include "everynode/daemonset/snapshot.hpp"
#include "everynode/objects/template.hpp"

namespace everynode::simulation {

inline bool crashes(const objects::DaemonPod& pod) {
  return pod.trouble.contains("CrashLoopBackOff");
}

/// As far as whole seconds tell.
inline bool was_never_ready(const objects::NodeHealth& health) {
  return !health.ready && health.ready_changed <= health.created;
}

/// Made for a template before this one, though that was the same.
inline bool is_left_over(const objects::DaemonPod& pod, std::optional<std::int64_t> generation) {
  const std::string text(pod.labels.get(objects::template_generation_label));
  return generation && !text.empty() && std::stoll(text) < *generation;
}

/// A node as a person would describe it.
struct Seen {
  const daemonset::DaemonNode* node = nullptr;
  rollout::Place place;
  const objects::DaemonPod* fresh = nullptr;  ///< that stays
  const objects::DaemonPod* old = nullptr;    ///< likewise
  const objects::DaemonPod* unfitted =
      nullptr;  ///< an old one of a rollout that is not complete, which its overlays would make otherwise
  int staying = 0;
  bool available = false;  ///< a pod that stays is
  bool inhabited = false;
  bool deletes_old = false;
  bool left_over = false;  ///< its pod of the current revision is of an earlier rollout of it

  [[nodiscard]] bool desired() const { return node->exists && node->placement.should_run; }
  /// What this rollout made.
  [[nodiscard]] const objects::DaemonPod* made() const {
    if (left_over) return nullptr;
    if (fresh == nullptr || (unfitted != nullptr && unfitted->created < fresh->created)) return unfitted;
    return fresh;
  }
  /// It joined, or came back and got its pod, or has yet to get it, after that time.
  [[nodiscard]] bool came_after(objects::Time time) const {
    const objects::NodeHealth& health = node->health;
    const bool came_back = health.good() && health.ready_changed > time &&
                           (fresh == nullptr || left_over || fresh->created >= health.ready_changed);
    return health.created > time || came_back;
  }
};

}  // namespace everynode::simulation
