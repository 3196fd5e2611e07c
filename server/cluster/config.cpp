#include "everynode/cluster/config.hpp"

#include <cstdlib>

#include "everynode/files/files.hpp"
#include "origin.hpp"
#include "server_url.hpp"
#include "token.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;
using Loaded = std::expected<Config, std::string>;

/// Puts the file's content in the place of its name. Returns what is wrong; empty: nothing.
std::string read_pem(Pem& pem, const char* field) {
  if (pem.file.empty()) return {};
  auto text = files::read_file(pem.file);
  if (!text) return std::string(field) + ": " + text.error();
  pem.text = std::move(*text);
  if (pem.text.contains("-----BEGIN ")) return {};
  return std::string(field) + ": " + pem.file.string() + ": it is not PEM";
}

/// Puts the content of files in the place of their names. Returns what is wrong with them; empty: nothing.
std::string read_named_files(Config& config) {
  std::string problem = read_pem(config.authority, "certificate-authority");
  if (problem.empty()) problem = read_pem(config.client_certificate, "client-certificate");
  if (problem.empty()) problem = read_pem(config.client_key, "client-key");
  if (!problem.empty()) return problem;
  if (const auto origin = origin_of(config); !origin) return origin.error();
  if (config.token_file.empty()) {
    config.token = trimmed(config.token);
    if (is_token(config.token)) return {};
    return "token: it has characters that no token has";
  }
  const auto token = read_token(config.token_file);
  return token ? std::string() : "tokenFile: " + token.error();
}

Loaded from_file(const fs::path& path, const std::string& meant_by) {
  const auto text = files::read_file(path);
  if (!text) return std::unexpected(meant_by + ": " + text.error());
  auto config = parse_kubeconfig(*text, path.parent_path(), {});
  if (!config) return std::unexpected(path.string() + ": " + config.error());
  config->source = path.string() + ", " + config->source;
  const std::string problem = read_named_files(*config);
  if (!problem.empty()) return std::unexpected(config->source + ": " + problem);
  return config;
}

Loaded from_pod(const Environment& environment) {
  Config config;
  config.source = "the pod's service account";
  config.host = environment.service_host;
  config.port = read_port(environment.service_port);
  if (config.port == 0)
    return std::unexpected("KUBERNETES_SERVICE_PORT: \"" + environment.service_port + "\" is no port number");
  config.authority.file = environment.service_account / "ca.crt";
  config.token_file = environment.service_account / "token";
  const std::string problem = read_named_files(config);
  if (!problem.empty()) {
    return std::unexpected(config.source + ": " + problem +
                           "; the pod needs automountServiceAccountToken: true (or give --kubeconfig)");
  }
  if (const auto text = files::read_file(environment.service_account / "namespace")) config.namespace_ = trimmed(*text);
  return config;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::string Config::address() const {
  const bool v6 = host.contains(':');
  return (tls ? "https://" : "http://") + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Environment Environment::of_process() {
  Environment environment;
  environment.service_host = variable("KUBERNETES_SERVICE_HOST");
  environment.service_port = variable("KUBERNETES_SERVICE_PORT");
  environment.kubeconfig = variable("KUBECONFIG");
  environment.home = variable("HOME");
  return environment;
}

Loaded load_config(const fs::path& kubeconfig, const Environment& environment) {
  if (!kubeconfig.empty()) return from_file(kubeconfig, "--kubeconfig");
  if (!environment.service_host.empty() && !environment.service_port.empty()) return from_pod(environment);
  if (environment.kubeconfig.contains(':'))
    return std::unexpected("KUBECONFIG names several files; name one, or give --kubeconfig");
  if (!environment.kubeconfig.empty()) return from_file(environment.kubeconfig, "KUBECONFIG");
  const fs::path usual = environment.home / ".kube" / "config";
  if (!environment.home.empty() && fs::exists(usual)) return from_file(usual, "kubeconfig");
  return std::unexpected(
      "no configuration for the Kubernetes API: this is no pod (KUBERNETES_SERVICE_HOST is not set), KUBECONFIG is not "
      "set, and " +
      usual.string() + " does not exist; give --kubeconfig");
}

}  // namespace everynode::cluster
