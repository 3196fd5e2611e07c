/// One look at a DaemonSet in a live cluster, for people who ask about it.
#pragma once

#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"

namespace everynode::inspection {

/// Puts the DaemonSet, all nodes, and the pods and revisions of its namespace into the store. Returns why that was not
/// possible; empty if it was.
[[nodiscard]] cluster::Awaitable<std::string> look_at(cluster::Client& client, cache::Key key, cache::Store& store);

}  // namespace everynode::inspection
