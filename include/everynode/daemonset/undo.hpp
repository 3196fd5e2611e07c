/// Going back to an earlier revision because a person wants it, as `kubectl rollout undo` does.
#pragma once

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/revision.hpp"

namespace everynode::daemonset {

/// Those of the DaemonSet, by their numbers: its selector selects them, and it is their controller (requirement 15.2).
[[nodiscard]] std::vector<const objects::ControllerRevision*> own_history(
    const objects::DaemonSet& daemon_set, std::span<const objects::ControllerRevision* const> revisions);

struct Undo {
  const objects::ControllerRevision* to = nullptr;
  bool is_current = false;  ///< the template is this already: there is nothing to do
};

/// The revision to go back to (requirement 15.3). `number`: its number; 0: the one before the newest. `history` as from
/// `own_history`. The error says why there is none, in kubectl's words.
[[nodiscard]] std::expected<Undo, std::string> undo_to(const objects::DaemonSet& daemon_set,
                                                       std::span<const objects::ControllerRevision* const> history,
                                                       std::int64_t number);

}  // namespace everynode::daemonset
