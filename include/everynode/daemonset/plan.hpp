/// The decision of the reconciler: what to do for one DaemonSet now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/daemonset/action.hpp"
#include "everynode/daemonset/snapshot.hpp"
#include "everynode/daemonset/status.hpp"

namespace everynode::daemonset {

/// The stages of a sync, in order. A plan has the actions of one stage; the next plan sees their results.
enum class Stage : std::uint8_t {
  ignore,    ///< being deleted, with a selector that selects everything, or without authority: nothing may be done
  claim,     ///< adopt and release pods
  history,   ///< find, make and renumber revisions
  go_back,   ///< put an older template back
  manage,    ///< one pod on every node
  rollout,   ///< the rolling update
  clean_up,  ///< revisions beyond the limit
  quiet,     ///< nothing to do
};

struct Plan {
  Stage stage = Stage::quiet;
  std::vector<Action> actions;  ///< of one stage; independent of each other
  std::size_t creations = 0;    ///< so many of a rollout's, the first, create pods that are missing: both go at once
  std::string hash;             ///< label of the current revision; empty before it is known
  std::optional<StatusChange> status;                 ///< what to write, if it differs from what is there
  std::optional<objects::DaemonSetRollout> rollout;   ///< what the policy is to tell of it, if one serves it
  std::optional<objects::Time> again_at;              ///< when time alone will have changed something
  std::optional<std::chrono::microseconds> good_for;  ///< after this time no further action may begin
};

/// Whether the status has conditions about the rollout. With `no`, existing conditions of ours are removed.
enum class WriteConditions : std::uint8_t { yes, no };

/// When a plan says what to write into the status: to find out takes a walk over all nodes.
enum class StatusWanted : std::uint8_t {
  always,
  without_actions,  ///< not if there is something to do, which will change it again
};

/// Pure: the same snapshot and time give the same plan, and carrying out a plan brings the snapshot nearer to `quiet`.
[[nodiscard]] Plan plan(const Snapshot& snapshot, objects::Time now, WriteConditions conditions = WriteConditions::yes,
                        StatusWanted status = StatusWanted::always);

/// "claim", "history", ...
[[nodiscard]] std::string_view name_of(Stage stage);

}  // namespace everynode::daemonset
