// What stops a rollout beside its waves: a person, too many failed nodes, or windows that are closed.
#include <algorithm>

#include "everynode/rollout/gates.hpp"

namespace everynode::rollout {

const objects::FailedRevision* failure_of(const objects::DaemonSetRollout* known, std::string_view revision) {
  if (known == nullptr) return nullptr;
  const auto found = std::ranges::find(known->failed_revisions, revision, &objects::FailedRevision::revision);
  return found == known->failed_revisions.end() ? nullptr : &*found;
}

/// The way back waits for a person only: no window, and no node that the other revision has left bad.
void Gates::stop(const Circumstances& circumstances, Progress& progress) const {
  const Opening& windows = circumstances.windows;
  const bool goes_back = progress.returning > 0;
  const bool complete = progress.phase == Phase::complete;
  const bool too_many = policy_.failure && failed_ > policy_.failure->max_failed_nodes.of(progress.desired);
  progress.again_at = progress.until;
  progress.refused = !complete && failure_of(known_, revision_) != nullptr;
  const bool paused = policy_.paused || circumstances.suspended;
  progress.paused = paused || (!goes_back && !windows.open);
  if (!complete && !goes_back && (too_many || progress.refused)) {
    progress.paused = true;
    progress.until.reset();
    progress.phase = Phase::failed;
    return fail(circumstances, progress);
  }
  if (!complete && paused) {
    progress.phase = Phase::paused;
    progress.until.reset();
    return;
  }
  if (goes_back) {
    progress.phase = Phase::rolling_back;
    return;
  }
  objects::earliest(progress.again_at, windows.changes_at);
  if (windows.open) progress.closes_at = windows.changes_at;
  const bool soaks_longer =
      progress.phase == Phase::soaking && windows.changes_at && *progress.until > *windows.changes_at;
  const bool would_roll = progress.phase == Phase::rolling || (progress.phase == Phase::soaking && !soaks_longer);
  if (windows.open || !would_roll || progress.outdated == 0) return;
  progress.phase = Phase::outside_window;
  progress.until = windows.changes_at;
  progress.until_local = windows.local;
}

/// First it is remembered that the revision failed, for this generation of the DaemonSet; then the template of this
/// generation is replaced. Whoever puts it back makes another generation, which nobody replaces.
void Gates::fail(const Circumstances& circumstances, Progress& progress) const {
  const objects::FailedRevision* const failed = failure_of(known_, revision_);
  const bool wants_back = policy_.failure && policy_.failure->then == objects::AfterFailure::rollback;
  const std::string target = known_ == nullptr ? std::string{} : known_->last_complete_revision;
  const std::string others = "roll out another revision, or mend the nodes";
  if (failed != nullptr && (!wants_back || failed->generation != circumstances.generation)) {
    progress.remedy = "roll out another revision, or try this one again with everynode rollout retry ds/" +
                      std::string(daemon_set_) + " -n " + policy_.namespace_;
  } else if (!wants_back) {
    progress.remedy = others;
  } else if (target.empty()) {
    progress.remedy = "there is no revision to go back to, as none was complete before: " + others;
  } else if (target == revision_) {
    progress.remedy = "it was complete before, so there is nothing to go back to: " + others;
  } else if (!circumstances.has_last_complete) {
    progress.remedy = "nothing goes back, as ControllerRevision " + target + ", which was complete, is gone: " + others;
  } else if (policy_.paused || circumstances.suspended) {
    progress.remedy = "nothing goes back to " + target +
                      (policy_.paused ? " while spec.paused is true" : " while the DaemonSet is suspended");
  } else {
    progress.phase = Phase::rolling_back;
    if (failed == nullptr) progress.records = circumstances.generation;
    progress.restores = failed != nullptr;
    progress.remedy = "the template of " + target + " is put back";
  }
}

}  // namespace everynode::rollout
