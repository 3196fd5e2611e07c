/// What a person wants of a DaemonSet's rollout: the request that does it, or why it cannot be. One decision for
/// `everynode rollout pause`, `resume`, `promote`, `retry` and `undo` and for the page.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/kube/request.hpp"
#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::sync {

enum class RolloutChange : std::uint8_t { pause, resume, promote, retry, undo };

/// "pause", ..., as the verbs are called.
[[nodiscard]] std::string_view name_of(RolloutChange change);
[[nodiscard]] std::optional<RolloutChange> change_of(std::string_view name);

struct Wish {
  RolloutChange change = RolloutChange::pause;
  std::string wave = {};         ///< to promote; empty: the one that is on hold
  std::string revision = {};     ///< the ControllerRevision that was current when it was decided; empty: any
  std::int64_t to_revision = 0;  ///< of `undo`; 0: the one before the newest

  bool operator==(const Wish&) const = default;
};

/// Whether the DaemonSet's history has to be read for it.
[[nodiscard]] bool needs_history(const Wish& wish);

/// What was read for it.
struct Steered {
  const objects::DaemonSet& daemon_set;
  const objects::RolloutPolicy* policy = nullptr;  ///< that serves it; null: none does, or `undo` could not read any
  bool has_policies = true;                        ///< the cluster has their CustomResourceDefinition
  std::vector<const objects::ControllerRevision*> history = {};  ///< its own, ascending by number
  std::string current = {};                                      ///< the name of the current one; empty: none yet
};

struct Step {
  std::optional<kube::Request> request;  ///< nullopt: all is as it should be
  std::string done;                      ///< what is to be said then, in one line
  std::vector<std::string> warnings;     ///< what else is to be said
};

/// `program` is the program's name in what is said. The error is one line: why not, and what to do instead.
[[nodiscard]] std::expected<Step, std::string> step_of(const Wish& wish, const Steered& steered,
                                                       std::string_view program);

}  // namespace everynode::sync
