/// A look at one DaemonSet of a live cluster, again and again if need be.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <filesystem>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/daemonset/report.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::inspection {

/// Which DaemonSet of which cluster.
struct LookSettings {
  std::filesystem::path kubeconfig;  ///< empty: where kubectl would look
  kubeconfig::Overrides overrides;
  std::string namespace_;  ///< empty: the context's, else "default"
  std::string name;
};

/// What was seen.
struct Sight {
  daemonset::Report report;
  objects::DaemonSet daemon_set;
  std::string hash;           ///< of the current revision; empty if there is none yet
  std::int64_t revision = 0;  ///< its number
};

class Observer {
 public:
  /// Throws std::runtime_error if there is no configuration to reach the cluster.
  explicit Observer(const LookSettings& settings);

  /// Throws std::runtime_error that says why there is nothing to see.
  [[nodiscard]] Sight look();

 private:
  boost::asio::io_context loop_{1};
  cluster::Config config_;
  cache::Key key_;
  cluster::Client client_;
};

}  // namespace everynode::inspection
