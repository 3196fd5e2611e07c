/// Two controllers that act for one DaemonSet undo each other's work. Everynode gives way to one that is at work, and
/// to nobody else.
///
/// The rule. Anybody who may create pods can create one that looks like a DaemonSet's, and anybody who may write a
/// status can write one: neither alone is a controller. A controller does both, again and again:
/// - A *rival* has created pods of the DaemonSet for two nodes or more, or written its counters twice or more, and has
/// done
///   both at least once, within `together`. The names compared are field managers. Whoever forges them needs the right
///   to write DaemonSets' status, and that right is as good as a controller's.
/// - A *suspect* has created pods for `suspicious_nodes` nodes within `together` and has written no status yet: a
/// controller that makes many
///   pods writes the status after them. Nothing is done for the DaemonSet meanwhile, so that few nodes get two pods,
///   for `suspicion` at most; who proves to be no controller by then is no suspect again for `quiet_time`.
/// Strangers' pods are otherwise treated as upstream treats them: they count as the DaemonSet's.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "everynode/cache/store.hpp"

namespace everynode::sync {

/// What is held against another client.
enum class Rivalry : std::uint8_t {
  none,
  suspected,  ///< it may be a controller: wait until it is known
  proven,     ///< it is a controller: leave the DaemonSet to it
};

/// Remembers for which DaemonSets another controller was seen at work. Pure; not thread-safe.
class Guard {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// For so long after the last sign of a rival nothing is done for a DaemonSet.
  static constexpr std::chrono::minutes quiet_time{10};
  /// What the one before us did just before we took over may still arrive.
  static constexpr std::chrono::seconds grace{5};
  /// Signs of one client that lie further apart have nothing to do with each other.
  static constexpr std::chrono::seconds together{60};
  /// Pods for so many nodes are more than a person creates by hand, and few enough to have hardly begun.
  static constexpr std::size_t suspicious_nodes = 3;
  /// The in-tree controller creates 250 pods at most before it writes the status, 20 a second by default.
  static constexpr std::chrono::seconds suspicion{30};

  /// Whether a pod that a watch has just brought may be the work of another controller: it is one of the DaemonSet's,
  /// made under a name that only controllers give, for a node, and by a client that is not us.
  [[nodiscard]] static bool is_foreign_work(const objects::DaemonPod& pod);

  void leading_since(Instant now) { leading_since_ = now; }

  /// A new pod of the DaemonSet. Returns what has become of its creator by that, or none if nothing has changed.
  Rivalry saw(const cache::Key& key, const objects::DaemonPod& pod, Instant now);

  /// The DaemonSet's last write of status counters that was not ours, as a list or watch has brought it. Returns what
  /// has become of its writer by that, or none if it is no other write than before or nothing has changed.
  Rivalry saw(const cache::Key& key, const objects::StatusWrite& last, Instant now);

  /// The DaemonSet has gone.
  void forget(const cache::Key& key);

  /// Whether the DaemonSet is to be left alone now, and why.
  [[nodiscard]] Rivalry rivalry(const cache::Key& key, Instant now) const;
  /// When to look again, if it is to be left alone.
  [[nodiscard]] Instant again_at(const cache::Key& key) const;
  /// Who it is; empty if nobody was seen for long enough.
  [[nodiscard]] std::string rival(const cache::Key& key, Instant now) const;

  /// How many DaemonSets are left to a proven rival.
  [[nodiscard]] std::size_t rivalled(Instant now) const;

 private:
  /// What one client did for a DaemonSet lately.
  struct Deeds {
    std::map<std::string, Instant> nodes;          ///< for which it created a pod, and when last
    std::map<std::string, Instant> status_writes;  ///< by the time that they bear
    Instant last = Instant::min();
  };
  struct Case {
    std::map<std::string, Deeds> clients;  ///< by their field manager
    std::string rival;                     ///< proven
    Instant last_sign = Instant::min();    ///< of the rival
    Instant suspected_until = Instant::min();
    Instant no_suspicion_before = Instant::min();
    std::optional<objects::StatusWrite> status;  ///< by which a new write is known, whatever the clocks say
  };

  [[nodiscard]] bool may_judge(Instant now) const;
  static Rivalry judge(Case& found, const std::string& manager, Instant now);
  static void forget_old(Case& found, Instant now);
  [[nodiscard]] const Case* find(const cache::Key& key) const;

  std::map<cache::Key, Case> cases_;
  Instant leading_since_ = Instant::max();
};

}  // namespace everynode::sync
