/// When what happened of a rollout: only what the objects that are there still tell, in order.
#pragma once

#include <string>
#include <vector>

#include "everynode/daemonset/refusal.hpp"
#include "everynode/daemonset/situation.hpp"
#include "everynode/objects/revision.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::inspection {

struct Moment {
  objects::Time at{};
  std::string what;  ///< for people; foreign text in it is not escaped yet

  bool operator==(const Moment&) const = default;
};

/// The revision's birth; of each wave (without a policy: of all nodes) when its first new pod was created, its last one
/// became ready, and its soak was over or will be; since when nodes are deferred or failed; the last changes of the
/// conditions Progressing and Degraded; when the API server last refused a pod. `revision`: the current one; null: it
/// is not recorded yet. Pods that have gone since tell nothing any more, so a wave seems to begin later than it did if
/// its first pods were replaced.
[[nodiscard]] std::vector<Moment> time_line(const daemonset::Situation& situation,
                                            const objects::ControllerRevision* revision,
                                            const daemonset::Refusal* refusal);

}  // namespace everynode::inspection
