#include "everynode/sync/write_status.hpp"

#include <utility>

#include "everynode/sync/requests.hpp"

namespace everynode::sync {

WriteStatus::WriteStatus(const objects::DaemonSet& daemon_set, const daemonset::StatusChange& change)
    : key_{.namespace_ = daemon_set.namespace_, .name = daemon_set.name},
      resource_version_(daemon_set.resource_version) {
  ask(write_status(daemon_set, change));
}

void WriteStatus::take(Answer answer) {
  if (!answer && answer.error().failure == Failure::not_found) return end(Next::plan_again);
  if (conflict_) return take_newer(std::move(answer));
  if (answer) {
    change(std::move(*answer));
    return end(Next::go_on);
  }
  if (answer.error().failure != Failure::conflict) return end(std::unexpected(std::move(answer.error())));
  conflict_ = std::move(answer.error());
  ask(kube::get(kube::daemon_sets, key_));
}

/// Requirement 11.3: another client has written to the DaemonSet, and our watch has not reported it yet.
void WriteStatus::take_newer(Answer answer) {
  if (!answer) return end(std::unexpected(std::move(answer.error())));
  const bool newer = std::get<objects::DaemonSet>(*answer).resource_version != resource_version_;
  if (!newer) return end(std::unexpected(std::move(*conflict_)));
  change(std::move(*answer));
  end(Next::plan_again);
}

}  // namespace everynode::sync
