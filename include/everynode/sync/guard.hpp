/// Two controllers that act for one DaemonSet undo each other's work. Everynode leaves a DaemonSet to another
/// controller that is at work, and to nobody else.
///
/// The rule: anybody who may create pods can create one that looks like a DaemonSet's, and anybody who may write a
/// status can write one. Neither alone is a controller: a controller does both, again and again.
/// - A *rival* has created pods of the DaemonSet for two nodes or more, or written its counters twice or more, and has
///   done both at least once, within `together`. The names compared are field managers. To forge them, a client needs
///   the right to write DaemonSets' status, and that right is as good as a controller's.
/// - A *suspect* has created pods for `suspicious_nodes` nodes within `together` and has written no status yet: a
///   controller that creates many pods writes the status after them. Meanwhile, for `suspicion` at most, Everynode does
///   nothing for the DaemonSet, so that few nodes get two pods. A client that turns out to be no controller is not
///   suspected again for `quiet_time`.
///
/// `Caution` keeps our own pods few until a rival has shown itself, and nothing more of a plan begins from then on:
/// what the rival makes of its older view of the cluster would be second pods otherwise.
///
/// Otherwise pods of strangers are treated as upstream treats them: they count as the DaemonSet's.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "everynode/cache/store.hpp"

namespace everynode::sync {

/// What we know about another client.
enum class Rivalry : std::uint8_t {
  none,
  suspected,  ///< it may be a controller: wait until we know
  proven,     ///< it is a controller: leave the DaemonSet to it
};

/// Remembers for which DaemonSets another controller is at work. Pure; not thread-safe.
class Guard {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// Everynode does nothing for a DaemonSet until this long after the rival's last sign.
  static constexpr std::chrono::minutes quiet_time{10};
  /// After we take over, signs of the previous leader's last actions may arrive for this long.
  static constexpr std::chrono::seconds grace{5};
  /// Signs of one client that are further apart are unrelated.
  static constexpr std::chrono::seconds together{60};
  /// Pods for this many nodes are more than a person creates by hand, and few enough to be a controller's beginning.
  static constexpr std::size_t suspicious_nodes = 3;
  /// The in-tree controller creates 250 pods at most before it writes the status, 20 a second by default.
  static constexpr std::chrono::seconds suspicion{30};

  /// Whether a pod from a watch may be the work of another controller: it belongs to the DaemonSet, has a name that
  /// only controllers give, is for a node, and was created by another client.
  [[nodiscard]] static bool is_foreign_work(const objects::DaemonPod& pod);

  void leading_since(Instant now) { leading_since_ = now; }

  /// Records a new pod of the DaemonSet. Returns what its creator has become through it, or none if nothing has
  /// changed.
  Rivalry saw(const cache::Key& key, const objects::DaemonPod& pod, Instant now);

  /// Records the DaemonSet's last write of status counters that was not ours, from a list or watch. Returns what its
  /// writer has become through it, or none if the write is known or nothing has changed.
  Rivalry saw(const cache::Key& key, const objects::StatusWrite& last, Instant now);

  /// The DaemonSet no longer exists.
  void forget(const cache::Key& key);

  /// Whether to leave the DaemonSet alone now, and why.
  [[nodiscard]] Rivalry rivalry(const cache::Key& key, Instant now) const;
  /// If the DaemonSet is left alone: when to check again.
  [[nodiscard]] Instant again_at(const cache::Key& key) const;
  /// The rival's name; empty if there is none at the moment.
  [[nodiscard]] std::string rival(const cache::Key& key, Instant now) const;

  /// How many DaemonSets are left to a proven rival.
  [[nodiscard]] std::size_t rivalled(Instant now) const;

 private:
  /// What one client did for a DaemonSet recently.
  struct Deeds {
    std::map<std::string, Instant> nodes;          ///< nodes that it created pods for, with the time of the last one
    std::map<std::string, Instant> status_writes;  ///< by the time in the status
    Instant last = Instant::min();
  };
  struct Case {
    std::map<std::string, Deeds> clients;  ///< by their field manager
    std::string rival;                     ///< its name, once it is proven
    Instant last_sign = Instant::min();    ///< of the rival
    Instant suspected_until = Instant::min();
    Instant no_suspicion_before = Instant::min();
    std::optional<objects::StatusWrite> status;  ///< the last known write: a new one differs from it
  };

  [[nodiscard]] bool may_judge(Instant now) const;
  static Rivalry judge(Case& found, const std::string& manager, Instant now);
  static void forget_old(Case& found, Instant now);
  [[nodiscard]] const Case* find(const cache::Key& key) const;

  std::map<cache::Key, Case> cases_;
  Instant leading_since_ = Instant::max();
};

}  // namespace everynode::sync
