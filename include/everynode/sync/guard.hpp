/// Two controllers that act for one DaemonSet undo each other's work. Everynode gives way.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "everynode/cache/store.hpp"

namespace everynode::sync {

/// Remembers for which DaemonSets another controller was seen at work. Pure; not thread-safe.
class Guard {
 public:
  using Instant = std::chrono::steady_clock::time_point;

  /// For so long after the last sign of another controller nothing is done for a DaemonSet.
  static constexpr std::chrono::minutes quiet_time{10};
  /// What the one before us did just before we took over may still arrive.
  static constexpr std::chrono::seconds grace{5};

  /// Whether a pod that a watch has just brought is the work of another controller: it is one of the DaemonSet's, made
  /// under a name that only controllers give, and by a client that is not us.
  [[nodiscard]] static bool is_foreign_work(const objects::DaemonPod& pod);

  void leading_since(Instant now) { leading_since_ = now; }

  /// A new pod of the DaemonSet. True if that is the first sign of another controller.
  bool saw(const cache::Key& key, const objects::DaemonPod& pod, Instant now);

  /// The DaemonSet's last write of status counters that was not ours, as a list or watch has brought it. True if it is
  /// another one than before, and the first sign of another controller.
  bool saw(const cache::Key& key, const objects::StatusWrite& last, Instant now);

  /// The DaemonSet has gone.
  void forget(const cache::Key& key) { status_writes_.erase(key); }

  /// Who else acts for the DaemonSet; empty if nobody was seen for long enough.
  [[nodiscard]] std::string rival(const cache::Key& key, Instant now) const;

  [[nodiscard]] std::size_t rivalled(Instant now) const;

 private:
  struct Sign {
    std::string manager;
    Instant last;
  };
  [[nodiscard]] bool may_judge(Instant now) const;
  bool note(const cache::Key& key, const std::string& manager, Instant now);

  std::map<cache::Key, Sign> signs_;
  std::map<cache::Key, objects::StatusWrite> status_writes_;  ///< by which a new one is known, whatever the clocks say
  Instant leading_since_ = Instant::max();
};

}  // namespace everynode::sync
