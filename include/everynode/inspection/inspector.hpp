/// A look at one DaemonSet of a live cluster, again and again if need be.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/inspection/failure.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::inspection {

/// Which DaemonSet of which cluster.
struct Target {
  std::filesystem::path kubeconfig;  ///< empty: where kubectl would look
  kubeconfig::Overrides overrides;
  std::string namespace_;  ///< empty: the context's, else "default"
  std::string name;
};

/// What was seen.
struct Inspection {
  daemonset::Report report;
  objects::DaemonSet daemon_set;
  std::string hash;           ///< of the current revision; empty if there is none yet
  std::int64_t revision = 0;  ///< its number
  std::string unseen_nodes;   ///< why only nodes with a pod are known, and only by name; empty: all are known

  /// `kubectl rollout status` would end, and the pods that were seen agree with what the status says.
  [[nodiscard]] bool rolled_out() const;
};

class Inspector {
 public:
  /// Throws std::runtime_error if there is no configuration to reach the cluster.
  explicit Inspector(const Target& settings);

  using Deadline = std::optional<std::chrono::steady_clock::time_point>;

  /// Looks until `deadline`, after which there is no other look.
  [[nodiscard]] std::expected<Inspection, Failure> inspect(Deadline deadline = std::nullopt);

 private:
  boost::asio::io_context loop_{1};
  cluster::Config config_;
  cache::Store store_;  ///< of the last look
  cache::Key key_;
  cluster::Client client_;
};

}  // namespace everynode::inspection
