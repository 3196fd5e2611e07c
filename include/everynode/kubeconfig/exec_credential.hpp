/// The messages between a client and a credential plugin (client.authentication.k8s.io, v1 and v1beta1).
#pragma once

#include <expected>
#include <optional>
#include <string>

#include "everynode/codec/mistake.hpp"
#include "everynode/kubeconfig/config.hpp"
#include "everynode/objects/time.hpp"

namespace everynode::kubeconfig {

/// What a plugin gives: a token, a certificate with its key, or both.
struct ExecCredential {
  std::string token;
  std::string certificate;               ///< PEM
  std::string key;                       ///< PEM
  std::optional<objects::Time> expires;  ///< nullopt: the plugin does not say
};

/// Reads what a plugin printed, as JSON. The error says what is wrong with it, and quotes no secret.
[[nodiscard]] std::expected<ExecCredential, codec::Mistake> read_exec_credential(const std::string& json,
                                                                                 const std::string& api_version);

/// The value of KUBERNETES_EXEC_INFO. `interactive`: the plugin may read from standard input. `authority`: the PEM text
/// of the cluster's CA, if there is one.
[[nodiscard]] std::string exec_info(const Config& config, bool interactive, const std::string& authority);

}  // namespace everynode::kubeconfig
