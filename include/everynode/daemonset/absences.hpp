/// Nodes that have gone although pods are bound to them, and when it is certain that nobody ends these any more
/// (requirement 17.3).
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/objects/node.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::daemonset {

/// Of one DaemonSet, by the names of nodes.
class Absences {
 public:
  /// After a node whose kubelet had fallen silent, shut down, or was waited for by whoever deleted the node.
  static constexpr std::chrono::seconds after_a_silent_node{5};
  /// After any other, and one that was never seen: its kubelet may be there and register again. As the pod garbage
  /// collector (`quarantineTime`).
  static constexpr std::chrono::seconds after_a_node{40};

  /// The node has gone, or was never there; `last`: how it was. Says nothing new of one that is missing already.
  void began(std::string_view node, const objects::NodeHealth& last);
  /// The node is there.
  void ended(std::string_view node);
  /// The API server has the node, whatever the watch says: one that is missing is so anew.
  void found(std::string_view node, objects::Time now);
  /// Those that began since the last call began now. Forgets nodes for which `matters` no longer holds.
  void pass(objects::Time now, const std::function<bool(std::string_view)>& matters);

  /// From when on its pods may be deleted; nullopt: it is not missing, or nobody knows since when.
  [[nodiscard]] std::optional<objects::Time> certain_at(std::string_view node) const;

 private:
  struct Absence {
    std::chrono::seconds wait{};
    std::optional<objects::Time> since;
  };
  std::map<std::string, Absence, std::less<>> absences_;
};

}  // namespace everynode::daemonset
