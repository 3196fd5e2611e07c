/// How to reach an API server: its address, whom to trust, and who we are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "everynode/http/message.hpp"
#include "everynode/http/proxy.hpp"
#include "everynode/kubeconfig/plugin_policy.hpp"

namespace everynode::kubeconfig {

/// A certificate or key: its text, or the file to read it from.
struct Pem {
  std::string text;
  std::string file;

  [[nodiscard]] bool empty() const { return text.empty() && file.empty(); }
};

/// A credential plugin: a command that prints our credentials (client.authentication.k8s.io).
struct Exec {
  enum class Interactive : std::uint8_t { never, if_available, always };

  std::string api_version;
  std::string command;  ///< without a slash: found through PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  bool provide_cluster_info = false;
  Interactive interactive = Interactive::never;
  std::string place;  ///< for people: "FILE: user \"u\": exec"
};

/// The user to impersonate, if the API server lets us.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;
};

struct Config {
  std::string source;  ///< for people: "~/.kube/config, context \"x\"" or "the pod's service account"

  bool tls = true;
  std::string server;  ///< as the kubeconfig has it
  std::string host;    ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string path_prefix;  ///< before all paths, without a slash at its end; usually empty

  std::string proxy_url;             ///< as the kubeconfig has it; empty: the environment decides
  std::optional<http::Proxy> proxy;  ///< the proxy after that decision

  Pem authority;  ///< empty: the CAs that the system trusts
  bool insecure = false;
  std::string tls_server_name;  ///< the name that the certificate must have; empty: `host`
  bool disable_compression = false;
  std::string exec_config;  ///< JSON: what the cluster's entry tells a credential plugin; empty: nothing

  Pem client_certificate;
  Pem client_key;
  std::string token;
  std::string token_file;  ///< wins over `token`; read again and again, because kubelet renews it
  std::string username;    ///< for basic authentication, unless it is empty
  std::string password;
  std::optional<Exec> exec;  ///< only if there are no other credentials
  PluginPolicy plugin_policy;
  Impersonation impersonation;

  std::string namespace_;  ///< the pod's or the context's; empty if there is none

  /// "https://HOST:PORT".
  [[nodiscard]] std::string address() const;
};

/// The headers of an impersonation, as client-go writes them. Characters of a key that a header's name may not have are
/// percent-encoded.
[[nodiscard]] std::vector<http::Header> headers_of(const Impersonation& impersonation);

}  // namespace everynode::kubeconfig
