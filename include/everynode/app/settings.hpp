/// What the command line says, checked and typed.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "everynode/admission/policy.hpp"
#include "everynode/app/log.hpp"
#include "everynode/cluster/certificate_loop.hpp"
#include "everynode/net/server.hpp"
#include "everynode/net/tls.hpp"

namespace everynode::app {

struct WebhookSettings {
  net::Endpoint listen{.host = "0.0.0.0", .port = 8443};
  std::optional<net::Endpoint> metrics_listen;  ///< nullopt: no plain port
  std::filesystem::path certificate;
  std::filesystem::path key;
  net::TlsVersion tls_minimum = net::TlsVersion::v1_3;
  std::filesystem::path config;                                      ///< the policy file; empty: none
  std::optional<admission::NetworkUnavailable> network_unavailable;  ///< wins over the policy file
  unsigned threads = 2;
  net::Limits limits;
  std::chrono::seconds drain_delay{
      10};  ///< from the signal until we stop accepting: Service endpoints need it to forget us
  std::chrono::seconds drain_timeout{10};  ///< from then until what is still open is cut
  log::Format log_format = log::Format::automatic;
  log::Level log_level = log::Level::info;
};

struct ReconcilerSettings {
  std::filesystem::path kubeconfig;  ///< empty: in the cluster, or where kubectl would look
  std::optional<net::Endpoint> metrics_listen;
  bool take_over = true;          ///< act for DaemonSets
  bool status_conditions = true;  ///< tell by conditions of their status how a rollout goes
  bool leader_elect = true;
  std::string lease_name = "everynode-reconciler";
  std::string lease_namespace;  ///< empty: the namespace that we run in, else kube-system
  std::chrono::seconds lease_duration{15};
  std::chrono::seconds renew_deadline{10};
  std::chrono::seconds retry_period{2};
  std::size_t concurrent_syncs = 16;
  std::size_t connections = 64;                           ///< to the API server, for requests
  std::optional<cluster::CertificateNames> certificates;  ///< nullopt: somebody else keeps the webhook's certificate
  kube::CertificateSettings certificate_settings;
  log::Format log_format = log::Format::automatic;
  log::Level log_level = log::Level::info;
};

enum class DecideOutput { patch, pod, review, explain };

struct DecideSettings {
  DecideOutput output = DecideOutput::patch;
  std::filesystem::path config;
  std::optional<admission::NetworkUnavailable> network_unavailable;
  bool exit_code = false;  ///< tell patched, unchanged and skipped apart by the exit code
};

/// The policy of a file (or the default without one) with the flag that wins over it. Throws std::runtime_error that
/// names file and field.
[[nodiscard]] admission::Policy load_policy(const std::filesystem::path& config,
                                            std::optional<admission::NetworkUnavailable> network_unavailable);

}  // namespace everynode::app
