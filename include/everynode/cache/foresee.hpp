/// What the cluster will look like when an action is done: to plan on, before it is.
#pragma once

#include "everynode/cache/store.hpp"
#include "everynode/daemonset/action.hpp"

namespace everynode::cache {

/// Changes the store as the API's answer to the action would. Creating and deleting pods is not foreseen: what comes of
/// it is up to schedulers and kubelets.
void foresee(const daemonset::Action& action, const Key& daemon_set, Store& store);

}  // namespace everynode::cache
