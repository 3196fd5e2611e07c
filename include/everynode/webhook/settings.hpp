/// The webhook's settings from the command line, checked and typed.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "everynode/admission/policy.hpp"
#include "everynode/authentication/authenticate.hpp"
#include "everynode/logging/log.hpp"
#include "everynode/net/server.hpp"
#include "everynode/net/tls.hpp"

namespace everynode::webhook {

/// Who may ask for mutations: everybody, unless there is something here. Either credential is enough.
struct CallerSettings {
  std::filesystem::path client_ca;        ///< PEM; empty: no certificates
  std::vector<std::string> client_names;  ///< one of a certificate's names must be here; empty: any
  authentication::TokenPolicy tokens;     ///< without audiences: no tokens
  std::filesystem::path token_keys;       ///< a JSON Web Key Set; empty: the API server's
};

struct WebhookSettings {
  net::Endpoint listen{.host = "0.0.0.0", .port = 8443};
  std::optional<net::Endpoint> metrics_listen;  ///< nullopt: no plain port
  std::filesystem::path certificate;
  std::filesystem::path key;
  net::TlsVersion tls_minimum = net::TlsVersion::v1_3;
  CallerSettings callers;
  std::filesystem::path config;                                      ///< the policy file; empty: none
  std::optional<admission::NetworkUnavailable> network_unavailable;  ///< wins over the policy file
  bool overlays = false;  ///< fit pods to their nodes by the cluster's DaemonSetOverlays
  std::filesystem::path
      kubeconfig;  ///< for these, and for the keys of tokens; empty: the pod's service account, or kubectl's
  unsigned threads = 2;
  net::Limits limits;
  std::chrono::seconds drain_delay{
      10};  ///< from the signal until we stop accepting: Services need it to remove our endpoint
  std::chrono::seconds drain_timeout{10};  ///< from then until we cut open connections
  logging::Format log_format = logging::Format::automatic;
  logging::Level log_level = logging::Level::info;
};

/// The policy of a file (or the default without a file), overridden by the flag. Throws std::runtime_error that names
/// file and field.
[[nodiscard]] admission::Policy load_policy(const std::filesystem::path& config,
                                            std::optional<admission::NetworkUnavailable> network_unavailable);

}  // namespace everynode::webhook
