/// Which pods a policy replaces because admission would make something else of them now. Private to the situation.
#pragma once

#include <chrono>

#include "everynode/daemonset/situation.hpp"

namespace everynode::daemonset {

/// As long as the youngest pod has not come out right, one pod in this time is tried at most: where the webhook is
/// down, or makes something else than the audit expects, nothing is replaced again and again.
inline constexpr std::chrono::minutes between_tries{10};

/// Finds the pods of the current revision that are outdated by overlays, or, if the policy repairs, unmutated. They are
/// `held` unless the youngest pod of the revision is as it should be; but one of them is tried, at once where an
/// overlay was changed after the youngest pod was created. There must be a policy.
void take_drift(Situation& situation);

}  // namespace everynode::daemonset
