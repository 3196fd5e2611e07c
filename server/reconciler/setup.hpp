/// What the settings of a process mean for its parts. Private to this folder.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/protocol/lease_machine.hpp"
#include "everynode/reconciler/settings.hpp"
#include "reconcile_loop.hpp"
#include "shards.hpp"

namespace everynode::reconciler {

/// Refuses settings that cannot work.
[[nodiscard]] std::expected<void, std::string> check(const ReconcilerSettings& settings);

/// How the cluster is reached. Throws std::runtime_error with what is wrong.
[[nodiscard]] cluster::Config configuration(const ReconcilerSettings& settings);

/// Different for each process, also for the next one on this host.
[[nodiscard]] std::string identity(std::uint64_t seed);

[[nodiscard]] kube::ObjectKey lease_of(const ReconcilerSettings& settings, const cluster::Config& config);
[[nodiscard]] protocol::LeaseSettings lease_settings(const ReconcilerSettings& settings, kube::ObjectKey lease,
                                                     std::string identity);

[[nodiscard]] cluster::ClientOptions client_options(const ReconcilerSettings& settings);
/// Of the client for leases. A lease that is not renewed in time is lost: its requests must not wait behind others, and
/// not for long.
[[nodiscard]] cluster::ClientOptions election_options(const ReconcilerSettings& settings,
                                                      std::shared_ptr<cluster::Identity> identity);

[[nodiscard]] ReconcileLoopSettings reconcile_loop_settings(const ReconcilerSettings& settings);
[[nodiscard]] ShardLoopsSettings shard_loops_settings(const ReconcilerSettings& settings,
                                                      const protocol::LeaseSettings& lease,
                                                      std::shared_ptr<cluster::Identity> identity);

/// For the log: "taken over", ...
[[nodiscard]] std::string_view what_becomes_of_daemon_sets(const ReconcilerSettings& settings);

}  // namespace everynode::reconciler
