/// How an API server is reached: where it is, whom to trust, and who we are.
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

/// A certificate or key: as text, or the file that it is read from.
struct Pem {
  std::string text;
  std::string file;

  [[nodiscard]] bool empty() const { return text.empty() && file.empty(); }
};

/// A credential plugin: the command that prints who we are (client.authentication.k8s.io).
struct Exec {
  enum class Interactive : std::uint8_t { never, if_available, always };

  std::string api_version;
  std::string command;  ///< without a slash: it is looked up in PATH
  std::vector<std::string> args;
  std::vector<std::pair<std::string, std::string>> env;
  std::string install_hint;
  bool provide_cluster_info = false;
  Interactive interactive = Interactive::never;
  std::string place;  ///< for people: "FILE: user \"u\": exec"
};

/// Whom to act as, if the API server lets us.
struct Impersonation {
  std::string user;
  std::string uid;
  std::vector<std::string> groups;
  std::vector<std::pair<std::string, std::vector<std::string>>> extra;
};

struct Config {
  std::string source;  ///< for people: "~/.kube/config, context \"x\"" or "the pod's service account"

  bool tls = true;
  std::string server;  ///< as it is written
  std::string host;    ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string path_prefix;  ///< before all paths, without a slash at its end; mostly empty

  std::string proxy_url;             ///< as it is written; empty: the environment decides
  std::optional<http::Proxy> proxy;  ///< what was decided

  Pem authority;  ///< empty: the CAs that the system trusts
  bool insecure = false;
  std::string tls_server_name;  ///< the name that the certificate must have; empty: `host`
  bool disable_compression = false;
  std::string exec_config;  ///< JSON: what the cluster's entry says to a credential plugin; empty: nothing

  Pem client_certificate;
  Pem client_key;
  std::string token;
  std::string token_file;  ///< wins over `token`; it is read again and again, because kubelet renews it
  std::string username;    ///< basic authentication, unless it is empty
  std::string password;
  std::optional<Exec> exec;  ///< only if there are no other credentials
  PluginPolicy plugin_policy;
  Impersonation impersonation;

  std::string namespace_;  ///< the pod's or the context's; empty if there is none

  /// "https://HOST:PORT".
  [[nodiscard]] std::string address() const;
};

/// The headers of an impersonation, as client-go writes them; what a key has that no header's name may have is
/// percent-encoded.
[[nodiscard]] std::vector<http::Header> headers_of(const Impersonation& impersonation);

}  // namespace everynode::kubeconfig
