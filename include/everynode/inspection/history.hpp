/// The revisions of a DaemonSet's template, as people look back on them.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

#include "everynode/objects/daemon_set.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/rollout_policy.hpp"

namespace everynode::inspection {

struct History {
  std::vector<objects::ControllerRevision> revisions;  ///< the DaemonSet's own, ascending by number
  std::string current;  ///< the name of the one that is its template; empty: it is not recorded yet

  [[nodiscard]] std::vector<const objects::ControllerRevision*> objects() const;
};

/// The DaemonSet's own ones among those that were found.
[[nodiscard]] History history_of(const objects::DaemonSet& daemon_set,
                                 std::span<const objects::ControllerRevision* const> found);

/// Its template as JSON, without the mark that makes a patch of it; null if it has none.
[[nodiscard]] nlohmann::ordered_json template_of(const objects::ControllerRevision& revision);

/// One of them for programs, as `rollout history -o json` has it. `known`: what the policy that serves the DaemonSet
/// remembers; null: nothing.
[[nodiscard]] nlohmann::ordered_json show(const History& history, const objects::ControllerRevision& revision,
                                          const objects::DaemonSetRollout* known);

}  // namespace everynode::inspection
