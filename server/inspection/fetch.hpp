/// One look at a DaemonSet in a live cluster, for people who ask about it.
#pragma once

#include <expected>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/failure.hpp"

namespace everynode::inspection {

/// Where to look.
struct Place {
  std::string address;  ///< of the API server, for people
  cache::Key key;       ///< of the DaemonSet
};

/// What the store does not keep.
struct Beside {
  daemonset::NotReadyNodes not_ready;
  std::string unseen_nodes;  ///< why there are no nodes in the store; empty: they are there
};

/// Puts the DaemonSet, all nodes, and the pods and revisions of its namespace into the store. Who may not list nodes
/// gets the rest.
[[nodiscard]] cluster::Awaitable<std::expected<Beside, Failure>> fetch(cluster::Client& client, Place place,
                                                                       cache::Store& store);

}  // namespace everynode::inspection
