/// Where the API server is, whom to trust and who we are: from a kubeconfig, or from inside a pod.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace everynode::cluster {

/// A certificate or key: as text, or the file that it is read from.
struct Pem {
  std::string text;
  std::filesystem::path file;

  [[nodiscard]] bool empty() const { return text.empty() && file.empty(); }
};

struct Config {
  std::string source;  ///< for people: "~/.kube/config, context \"x\"" or "the pod's service account"

  bool tls = true;
  std::string host;  ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  std::string path_prefix;  ///< before all paths, without a slash at its end; mostly empty

  Pem authority;  ///< empty: the CAs that the system trusts
  bool insecure = false;
  std::string tls_server_name;  ///< the name that the certificate must have; empty: `host`

  Pem client_certificate;
  Pem client_key;
  std::string token;
  std::filesystem::path token_file;  ///< wins over `token`; it is read again and again, because kubelet renews it

  std::string namespace_;  ///< the pod's or the context's; empty if there is none

  /// "https://HOST:PORT".
  [[nodiscard]] std::string address() const;
};

/// Reads a kubeconfig and picks a context; an empty one stands for its current-context. File names in it are meant from
/// `directory`, and are not opened. The error names the field and what to do, but not the file.
[[nodiscard]] std::expected<Config, std::string> parse_kubeconfig(const std::string& text,
                                                                  const std::filesystem::path& directory,
                                                                  std::string_view context);

/// What of the process decides where the configuration is.
struct Environment {
  std::string service_host;  ///< KUBERNETES_SERVICE_HOST
  std::string service_port;  ///< KUBERNETES_SERVICE_PORT
  std::string kubeconfig;    ///< KUBECONFIG
  std::filesystem::path home;
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";

  static Environment of_process();
};

/// Reads, first that is there: the file `kubeconfig` (a flag), the pod's service account, the file KUBECONFIG,
/// ~/.kube/config. All certificates and keys are text in the result. The error is one line: file, field, what to do.
[[nodiscard]] std::expected<Config, std::string> load_config(const std::filesystem::path& kubeconfig,
                                                             const Environment& environment);

}  // namespace everynode::cluster
