/// The reconciler's settings from the command line, checked and typed.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "everynode/cluster/certificate_loop.hpp"
#include "everynode/logging/log.hpp"
#include "everynode/net/server.hpp"

namespace everynode::reconciler {

enum class Mode : std::uint8_t {
  takeover,      ///< be the cluster's DaemonSet controller
  companion,     ///< beside the in-tree one: roll out DaemonSets with OnDelete as policies say
  certificates,  ///< only keep the webhook's certificate
};

struct ReconcilerSettings {
  std::filesystem::path kubeconfig;  ///< empty: in the cluster, or where kubectl looks
  std::optional<net::Endpoint> metrics_listen;
  bool take_over = true;  ///< where `mode` says nothing: takeover, else certificates
  std::optional<Mode> mode;
  bool mind_nodes = true;         ///< in takeover: requirements 17.1 to 17.3
  std::string startup_taint;      ///< its key; empty: nodes do not wait for DaemonSets
  bool status_conditions = true;  ///< write conditions about rollouts into their status
  bool overlays = false;          ///< fit pods to their nodes by DaemonSetOverlays, and find those that lack them
  bool streaming_lists = false;   ///< begin watches with all objects, where the API server has that, and not with lists
  bool leader_elect = true;
  std::uint32_t shards = 1;  ///< parts of the namespaces that replicas share; 1: one replica acts for all
  std::string lease_name = "everynode-reconciler";
  std::string lease_namespace;  ///< empty: our own namespace, or else kube-system
  std::chrono::seconds lease_duration{15};
  std::chrono::seconds renew_deadline{10};
  std::chrono::seconds retry_period{2};
  std::size_t concurrent_syncs = 16;
  std::size_t connections = 64;                           ///< to the API server, for requests
  std::optional<cluster::CertificateNames> certificates;  ///< nullopt: another program keeps the webhook's certificate
  protocol::CertificateSettings certificate_settings;
  logging::Format log_format = logging::Format::automatic;
  logging::Level log_level = logging::Level::info;

  [[nodiscard]] Mode effective_mode() const { return mode.value_or(take_over ? Mode::takeover : Mode::certificates); }
};

}  // namespace everynode::reconciler
