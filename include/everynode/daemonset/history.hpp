/// Which ControllerRevision is the template's, and what the history still needs (section 9 of the requirements).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

struct History {
  std::vector<Action> actions;  ///< to be done before pods are looked at; if there are any, the hash may be empty
  std::string hash;             ///< of the current revision
  std::vector<const objects::ControllerRevision*> old;  ///< ascending by number
  std::optional<objects::Time> again_at = {};           ///< when what has failed may be tried again
};

/// The revision of the template, of the DaemonSet's own; null if there is none yet. Of several with the same bytes the
/// one with the highest number counts, and one that is being deleted only if there is no other.
[[nodiscard]] const objects::ControllerRevision* current_revision(const Snapshot& snapshot);

/// What the DaemonSet's history is, and the next step towards what it should be. Where that has failed it goes on
/// without it; by default, as if nothing had.
[[nodiscard]] History history_of(const Snapshot& snapshot, objects::Time now = objects::Time::max());

/// Deletes the oldest revisions beyond the limit, but none that a pod was made from (requirement 9.9).
[[nodiscard]] std::vector<Action> clean_up(const Snapshot& snapshot, const History& history);

/// Tells whether pods are of the current revision (requirement 9.11). The pods must outlive it.
class IsUpdated {
 public:
  IsUpdated(const objects::DaemonSet& daemon_set, std::string_view hash);
  [[nodiscard]] bool operator()(const objects::DaemonPod& pod) const;

 private:
  struct Judged {
    const objects::Labels* labels = nullptr;
    bool is_updated = false;
  };

  [[nodiscard]] bool judge(const objects::Labels& labels) const;

  std::string hash_;
  std::string generation_;
  /// Most pods share their labels with others: in a rollout those of one revision or those of the other.
  mutable std::array<Judged, 2> judged_;
};

}  // namespace everynode::daemonset
