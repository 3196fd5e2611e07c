/// What the cluster looks like after an action, so that the next stage can be planned before the action is done.
#pragma once

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

/// Changes the store as the API's answer to the action would. It leaves out created and deleted pods: what becomes of
/// them is up to schedulers and kubelets.
void assume(const daemonset::Action& action, const Key& daemon_set, Store& store);

}  // namespace everynode::cache
