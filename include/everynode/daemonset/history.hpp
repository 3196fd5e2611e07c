/// Which ControllerRevision records the template, and which changes the history needs (section 9 of the requirements).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/snapshot.hpp"

namespace everynode::daemonset {

struct History {
  std::vector<Action> actions;  ///< to be done before pods are considered; if there are any, the hash may be empty
  std::string hash;             ///< of the current revision
  std::vector<const objects::ControllerRevision*> old;  ///< ascending by number
  std::optional<objects::Time> again_at = {};           ///< when a failed change may be tried again
};

/// The DaemonSet's own revision of its template; null if there is none yet. Of several with the same bytes the one with
/// the highest number counts, and one that is being deleted only if there is no other.
[[nodiscard]] const objects::ControllerRevision* current_revision(const Snapshot& snapshot);

/// The DaemonSet's own revision that its policy remembers as the last complete one; null: there is none.
[[nodiscard]] const objects::ControllerRevision* last_complete(const Snapshot& snapshot);

/// The DaemonSet's history, and the next step to correct it. A step that has failed is left out until it may be tried
/// again; with the default for `now`, no step is left out.
[[nodiscard]] History history_of(const Snapshot& snapshot, objects::Time now = objects::Time::max());

/// Deletes the oldest revisions beyond the limit, but none that a pod was made from (requirement 9.9), nor the one that
/// a policy may go back to.
[[nodiscard]] std::vector<Action> clean_up(const Snapshot& snapshot, const History& history);

/// Tells whether pods are of the current revision (requirement 9.11). The template's generation counts for pods only
/// that this DaemonSet has made: those that it has adopted count their templates otherwise. The pods must outlive it.
class IsUpdated {
 public:
  IsUpdated(const objects::DaemonSet& daemon_set, std::string_view hash);
  [[nodiscard]] bool operator()(const objects::DaemonPod& pod) const;

 private:
  enum class By : std::uint8_t { none, hash, generation };
  struct Judged {
    const objects::Labels* labels = nullptr;
    By updated = By::none;
  };

  [[nodiscard]] By updated_by(const objects::Labels& labels) const;
  [[nodiscard]] By compare(const objects::Labels& labels) const;
  [[nodiscard]] bool was_made_here(const objects::DaemonPod& pod) const;

  std::string name_;
  objects::Time created_;
  std::string hash_;
  std::string generation_;
  /// Most pods share their labels with others: in a rollout with those of the one revision or of the other.
  mutable std::array<Judged, 2> judged_;
};

}  // namespace everynode::daemonset
