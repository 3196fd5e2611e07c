/// Writes the status of a DaemonSet.
#pragma once

#include <string>

#include "everynode/daemonset/status.hpp"
#include "everynode/sync/write_machine.hpp"

namespace everynode::sync {

/// Ends with `plan_again` if the DaemonSet turned out to be newer than we knew: the store then has the new version.
class WriteStatus final : public WriteMachine {
 public:
  WriteStatus(const objects::DaemonSet& daemon_set, const daemonset::StatusChange& change);

 private:
  void take(Answer answer) override;
  void take_newer(Answer answer);

  cache::Key key_;
  std::string resource_version_;  ///< of the DaemonSet that the status is for
  std::optional<Problem> conflict_;
};

}  // namespace everynode::sync
