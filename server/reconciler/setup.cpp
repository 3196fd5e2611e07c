#include "setup.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

#include "everynode/logging/version.hpp"
#include "everynode/objects/objects.hpp"

namespace everynode::reconciler {
namespace {

/// What concerns nodes or the whole cluster is no part of a shard.
std::expected<void, std::string> check_shards(const ReconcilerSettings& settings) {
  if (settings.shards == 1) return {};
  if (!settings.leader_elect) return std::unexpected("--shards needs --leader-elect=true: each shard has a Lease");
  if (settings.effective_mode() == Mode::certificates)
    return std::unexpected("--shards is for the modes takeover and companion: without DaemonSets nothing is sharded");
  if (settings.streaming_lists)
    return std::unexpected("--streaming-lists does not go with --shards: only a list says whether the server shards");
  if (!settings.startup_taint.empty()) {
    return std::unexpected(
        "--startup-taint does not go with --shards: a node waits for DaemonSets of all shards, and nobody sees all");
  }
  return {};
}

std::string user_agent() {
  return std::string(objects::field_manager) + "/" + std::string(logging::version());
}

}  // namespace

std::expected<void, std::string> check(const ReconcilerSettings& settings) {
  if (settings.effective_mode() == Mode::certificates && !settings.certificates) {
    return std::unexpected(
        "nothing to do: set --mode takeover or companion to act for DaemonSets, or --certificate-secret, "
        "--certificate-service and --certificate-webhook to keep the webhook's certificate");
  }
  if (auto sharded = check_shards(settings); !sharded) return sharded;
  return settings.certificates ? protocol::check(settings.certificate_settings) : std::expected<void, std::string>();
}

cluster::Config configuration(const ReconcilerSettings& settings) {
  const cluster::Choice choice{.kubeconfig = settings.kubeconfig, .overrides = {}, .order = cluster::Order::pod_first};
  auto config = cluster::load_config(choice, cluster::Environment::of_process());
  if (!config) throw std::runtime_error(config.error());
  return std::move(*config);
}

std::string identity(std::uint64_t seed) {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  return std::string(host.data()) + "_" + std::to_string(seed);
}

kube::ObjectKey lease_of(const ReconcilerSettings& settings, const cluster::Config& config) {
  std::string name_space = settings.lease_namespace.empty() ? config.namespace_ : settings.lease_namespace;
  if (name_space.empty()) name_space = "kube-system";
  return {.namespace_ = std::move(name_space), .name = settings.lease_name};
}

protocol::LeaseSettings lease_settings(const ReconcilerSettings& settings, kube::ObjectKey lease,
                                       std::string identity) {
  return {.lease = std::move(lease),
          .identity = std::move(identity),
          .lease_duration = settings.lease_duration,
          .renew_deadline = settings.renew_deadline,
          .retry_period = settings.retry_period};
}

cluster::ClientOptions client_options(const ReconcilerSettings& settings) {
  return {.connections = settings.connections, .user_agent = user_agent()};
}

cluster::ClientOptions election_options(const ReconcilerSettings& settings,
                                        std::shared_ptr<cluster::Identity> identity) {
  return {.connections = 2,
          .request_timeout = std::max(std::chrono::seconds(1), settings.renew_deadline / 2),
          .user_agent = user_agent(),
          .identity = std::move(identity)};
}

ReconcileLoopSettings reconcile_loop_settings(const ReconcilerSettings& settings) {
  ReconcileLoopSettings loop{
      .minds_nodes = settings.mind_nodes,
      .startup_taint = settings.startup_taint,
      .concurrent_syncs = settings.concurrent_syncs,
      .conditions = settings.status_conditions ? daemonset::WriteConditions::yes : daemonset::WriteConditions::no,
      .overlays = settings.overlays,
      .streams = settings.streaming_lists};
  if (settings.effective_mode() == Mode::companion) {
    loop.mode = daemonset::Mode::companion;
    loop.component = objects::field_manager;
  }
  return loop;
}

ShardLoopsSettings shard_loops_settings(const ReconcilerSettings& settings, const protocol::LeaseSettings& lease,
                                        std::shared_ptr<cluster::Identity> identity) {
  ShardLoopsSettings shards{.shards = {.lease = lease.lease,
                                       .count = settings.shards,
                                       .identity = lease.identity,
                                       .lease_duration = lease.lease_duration,
                                       .renew_deadline = lease.renew_deadline,
                                       .retry_period = lease.retry_period},
                            .loop = reconcile_loop_settings(settings),
                            .client = client_options(settings),
                            .election = election_options(settings, std::move(identity))};
  shards.election.connections = settings.shards + 2;
  return shards;
}

std::string_view what_becomes_of_daemon_sets(const ReconcilerSettings& settings) {
  switch (settings.effective_mode()) {
    case Mode::takeover:
      return "taken over";
    case Mode::companion:
      return "rolled out by policies, beside their controller";
    case Mode::certificates:
      return "left to their controller";
  }
  return "";
}

}  // namespace everynode::reconciler
