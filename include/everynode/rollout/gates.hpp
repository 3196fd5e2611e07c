/// Which waves of a rollout are open, and what the next one waits for: read off the nodes alone, so that a restart, a
/// second replica or a restored backup changes nothing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/objects/rollout_policy.hpp"
#include "everynode/rollout/waves.hpp"
#include "everynode/rollout/windows.hpp"

namespace everynode::rollout {

enum class Phase : std::uint8_t {
  complete,  ///< all nodes have the current revision
  rolling,   ///< pods are replaced
  soaking,   ///< a wave has it, and its soak is not over
  held,      ///< a wave waits to be promoted
  paused,
  outside_window,  ///< pods would be replaced, but no window is open
  failed,          ///< more nodes failed than the policy lets
  rolling_back,    ///< to the revision that was last complete
};

/// "Complete", "Rolling", ...
[[nodiscard]] std::string_view name_of(Phase phase);

/// What the rollout has come to on a node that should run a pod.
struct NodeProgress {
  bool updated = false;         ///< it has an available pod of the current revision
  bool outdated = false;        ///< it has a pod of another revision that stays
  objects::Time ready_since{};  ///< of the updated pod
  bool late = false;            ///< it joined or came back while the rollout went on: no wave waits for it
  bool failed = false;          ///< the rollout made it bad
  bool returns = false;         ///< the pod of another revision is of one that did not get as far as this one
};

/// The nodes of one wave that should run a pod.
struct WaveProgress {
  std::int64_t desired = 0;
  std::int64_t updated = 0;
  std::int64_t outdated = 0;
  objects::Time ready_since{};  ///< of the updated pod that became ready last

  void add(const NodeProgress& node) {
    ++desired;
    outdated += node.outdated ? 1 : 0;
    if (!node.updated) return;
    ++updated;
    ready_since = std::max(ready_since, node.ready_since);
  }
};

/// How far a rollout is.
struct Progress {
  Phase phase = Phase::complete;
  std::optional<Place> at;                          ///< the first wave that is not done, if one is waited for
  WaveProgress wave;                                ///< of that wave
  std::int64_t desired = 0;                         ///< of all waves
  std::int64_t updated = 0;                         ///< likewise
  std::int64_t deferred = 0;                        ///< nodes that were bad before their turn
  std::int64_t deferred_outdated = 0;               ///< of these, nodes that keep a pod of another revision
  std::int64_t failed = 0;                          ///< of `desired`, nodes that the rollout made bad
  std::vector<objects::NodeRemark> deferred_nodes;  ///< the first few, by name
  std::vector<objects::NodeRemark> failed_nodes;    ///< likewise
  std::int64_t outdated = 0;                        ///< of `desired`, nodes with a pod of another revision
  std::int64_t returning = 0;                       ///< of these, nodes that go back
  std::int64_t unfitted = 0;                        ///< pods of this revision that are outdated by overlays
  std::vector<std::uint32_t> without_nodes;         ///< waves that are passed over: `waves_without_nodes`
  std::optional<objects::Time> until;               ///< when the soak is over, or the next window opens
  std::string until_local;                          ///< if a window opens: on its own clock
  std::optional<objects::Time> closes_at;           ///< when the window closes, if that stops anything
  std::optional<objects::Time> again_at;            ///< when time alone will have changed something

  bool paused = false;                  ///< nothing may be replaced
  bool refused = false;                 ///< the revision failed before
  std::optional<std::int64_t> records;  ///< it has failed, in this generation: that is to be remembered first
  bool restores = false;                ///< its template is to be replaced by that of the revision last complete
  std::string remedy;                   ///< if it has failed: what happens now, or what can be done

  /// Whether the pods of nodes in this place may be replaced now.
  [[nodiscard]] bool is_open(const Place& place) const { return !paused && (!at || place <= *at); }
};

/// What a rollout depends on beside its nodes.
struct Circumstances {
  Opening windows;
  std::int64_t generation = 0;     ///< of the DaemonSet
  bool by_overlays = false;        ///< pods of the revision are replaced too: it goes out in waves again
  bool suspended = false;          ///< a switch of the DaemonSet lets nothing be replaced
  bool has_last_complete = false;  ///< there is a ControllerRevision of the name that the policy remembers
};

/// Collects the nodes of one DaemonSet. The policy must outlive it.
class Gates {
 public:
  /// `revision`: the name of the current ControllerRevision.
  Gates(const objects::RolloutPolicy& policy, std::string_view daemon_set, std::string_view revision);
  Gates(const Gates&) = delete;
  Gates& operator=(const Gates&) = delete;

  /// Inline: each plan calls it for each node.
  void add(const Place& place, const NodeProgress& node) {
    failed_ += node.failed ? 1 : 0;
    returning_ += node.returns ? 1 : 0;
    if (node.late) return late_.add(node);
    WaveProgress* const known = place.number < by_number_.size() ? by_number_[place.number] : nullptr;
    (known == nullptr ? find(place) : *known).add(node);
  }
  /// A node that was bad before its turn. A node that is not desired, as one with the taint not-ready, may keep an old
  /// pod.
  void defer(const Place& place, bool desired, bool outdated) {
    ++deferred_;
    desired_ += desired ? 1 : 0;
    deferred_outdated_ += outdated ? 1 : 0;
    if (outdated && place > last_deferred_) last_deferred_ = place;
  }

  [[nodiscard]] Progress progress(objects::Time now, const Circumstances& circumstances = {}) const;

 private:
  using Waves = std::map<Place, WaveProgress>;

  WaveProgress& find(const Place& place);
  [[nodiscard]] Progress at_the_first_that_waits(objects::Time now) const;
  [[nodiscard]] Progress counted(objects::Time now, bool by_overlays) const;
  void stop(const Circumstances& circumstances, Progress& progress) const;
  void fail(const Circumstances& circumstances, Progress& progress) const;
  [[nodiscard]] const objects::Wave* wave_of(const Place& place) const;
  [[nodiscard]] bool is_promoted(const Place& place) const;

  const objects::RolloutPolicy& policy_;
  std::string_view daemon_set_;
  std::string_view revision_;
  const objects::DaemonSetRollout* known_ = nullptr;  ///< what the policy remembers
  bool was_complete_ = false;  ///< the revision has been rolled out before: what is outdated now came back late
  Waves waves_;
  WaveProgress late_;  ///< nodes for which no wave waits
  std::int64_t deferred_ = 0;
  std::int64_t desired_ = 0;            ///< of the deferred ones
  std::int64_t deferred_outdated_ = 0;  ///< of the deferred ones, with an old pod
  Place last_deferred_{};               ///< of the deferred ones with an old pod
  std::int64_t failed_ = 0;
  std::int64_t returning_ = 0;
  std::vector<WaveProgress*> by_number_;  ///< by the numbers of places; null: none yet, or a number that says nothing
};

/// What the policy remembers of the DaemonSet; null: nothing.
[[nodiscard]] const objects::DaemonSetRollout* remembered(const objects::RolloutPolicy& policy,
                                                          std::string_view daemon_set);

/// Of what is remembered of a DaemonSet, that this revision failed; null: it did not.
[[nodiscard]] const objects::FailedRevision* failure_of(const objects::DaemonSetRollout* known,
                                                        std::string_view revision);

}  // namespace everynode::rollout
