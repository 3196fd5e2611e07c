/// What the cluster looks like after an action, so that the next stage can be planned before the action is done.
#pragma once

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

/// Changes the store as the API's answer to the action would. Ignores created and deleted pods: schedulers and kubelets
/// decide what happens to them.
void assume(const daemonset::Action& action, const Key& daemon_set, Store& store);

}  // namespace everynode::cache
