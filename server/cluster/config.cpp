#include "everynode/cluster/config.hpp"

#include <algorithm>
#include <cstdlib>

#include "everynode/files/files.hpp"
#include "everynode/files/yaml.hpp"
#include "everynode/http/url.hpp"
#include "kuberc.hpp"
#include "origin.hpp"
#include "token.hpp"

namespace everynode::cluster {
namespace {

namespace fs = std::filesystem;
using Loaded = std::expected<Config, std::string>;
using File = std::expected<kubeconfig::File, std::string>;

/// The configuration with the content of the files that it names.
Loaded read_named_files(Config named) {
  if (!named.tls) return named;
  auto config = read_pems(std::move(named));
  if (!config) return config;
  if (const auto origin = origin_of(*config); !origin) return std::unexpected(origin.error());
  if (config->token_file.empty()) return config;
  const auto token = read_token(config->token_file);
  if (!token && config->token.empty()) return std::unexpected("tokenFile: " + token.error());
  return config;
}

/// Adds what neither a kubeconfig nor a pod defines.
Loaded complete(Config config, const Environment& environment) {
  if (config.proxy_url.empty()) {
    auto proxy = http::proxy_of(environment.proxies, config.tls, config.host, config.port);
    if (!proxy) return std::unexpected(proxy.error());
    config.proxy = std::move(*proxy);
  }
  const std::string source = config.source;
  auto whole = read_named_files(std::move(config));
  if (!whole) return std::unexpected(source + ": " + whole.error());
  return whole;
}

bool in_pod(const Environment& environment) {
  return !environment.service_host.empty() && !environment.service_port.empty();
}

std::string namespace_of_pod(const Environment& environment) {
  if (!environment.pod_namespace.empty()) return environment.pod_namespace;
  const auto text = files::read_file(environment.service_account / "namespace");
  return text ? trimmed(*text) : "";
}

Loaded from_pod(const Environment& environment) {
  const std::string& host = environment.service_host;
  auto config = kubeconfig::read_server("https://" + (host.contains(':') ? "[" + host + "]" : host) + ":" +
                                        environment.service_port);
  if (!config) {
    return std::unexpected("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT: \"" + host + "\" and \"" +
                           environment.service_port + "\" are no host and port");
  }
  config->source = "the pod's service account";
  config->authority.file = environment.service_account / "ca.crt";
  config->token_file = environment.service_account / "token";
  config->namespace_ = namespace_of_pod(environment);
  auto completed = complete(std::move(*config), environment);
  if (completed) return completed;
  return std::unexpected(completed.error() +
                         "; the pod needs automountServiceAccountToken: true (or give --kubeconfig)");
}

File read_kubeconfig(const fs::path& path) {
  const auto text = files::read_file(path);
  if (!text) return std::unexpected(text.error());
  const auto json = files::yaml_to_json(*text);
  if (!json) return std::unexpected(path.string() + ": it is no YAML: " + json.error().text());
  auto file = kubeconfig::read_file(*json, path.string());
  if (!file) return std::unexpected(path.string() + ": " + file.error().text());
  return std::move(*file);
}

/// The files of KUBECONFIG, or ~/.kube/config.
std::vector<fs::path> usual_files(const Environment& environment) {
  if (environment.kubeconfig.empty())
    return environment.home.empty() ? std::vector<fs::path>() : std::vector{environment.home / ".kube" / "config"};
  std::vector<fs::path> paths;
  std::string_view rest = environment.kubeconfig;
  while (!rest.empty()) {
    const std::size_t colon = std::min(rest.find(':'), rest.size());
    const fs::path path = rest.substr(0, colon);
    if (!path.empty() && std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
    rest.remove_prefix(std::min(colon + 1, rest.size()));
  }
  return paths;
}

/// The files that exist, merged.
File read_usual_files(const std::vector<fs::path>& paths) {
  std::vector<kubeconfig::File> files;
  for (const fs::path& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error) && !error) continue;
    auto file = read_kubeconfig(path);
    if (!file) return file;
    files.push_back(std::move(*file));
  }
  return kubeconfig::merge(files);
}

std::string there_is_none(const Environment& environment, const kubeconfig::File& file) {
  const std::string pod = "this is no pod (KUBERNETES_SERVICE_HOST is not set)";
  if (!file.names.empty())
    return file.names + ": current-context is missing, and " + pod +
           "; set it, e.g. with kubectl config use-context NAME";
  const std::string usual = (environment.home / ".kube" / "config").string();
  const std::string files = environment.kubeconfig.empty()
                                ? "KUBECONFIG is not set, " + usual + " does not exist"
                                : "KUBECONFIG (" + environment.kubeconfig + ") names no file that exists";
  return "no configuration for the Kubernetes API: " + files + ", and " + pod + "; give --kubeconfig";
}

Loaded chosen(const kubeconfig::File& file, const Choice& choice, const Environment& environment) {
  auto config = kubeconfig::resolve(file, choice.overrides);
  if (!config) return config;
  if (choice.order == Order::kubectl) {
    if (config->namespace_.empty() && in_pod(environment)) config->namespace_ = namespace_of_pod(environment);
    if (config->exec) {
      auto policy = read_kuberc(environment);
      if (!policy) return std::unexpected(policy.error());
      config->plugin_policy = std::move(*policy);
    }
  }
  return complete(std::move(*config), environment);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// The first of the two that is not empty.
std::string either(const char* name, const char* other) {
  std::string value = variable(name);
  return value.empty() ? variable(other) : value;
}

}  // namespace

Environment Environment::of_process() {
  Environment environment;
  environment.service_host = variable("KUBERNETES_SERVICE_HOST");
  environment.service_port = variable("KUBERNETES_SERVICE_PORT");
  environment.pod_namespace = variable("POD_NAMESPACE");
  environment.kubeconfig = variable("KUBECONFIG");
  environment.kuberc = variable("KUBECTL_KUBERC") == "false" ? "off" : variable("KUBERC");
  environment.home = variable("HOME");
  environment.proxies = {.http_proxy = either("HTTP_PROXY", "http_proxy"),
                         .https_proxy = either("HTTPS_PROXY", "https_proxy"),
                         .no_proxy = either("NO_PROXY", "no_proxy"),
                         .is_cgi = !variable("REQUEST_METHOD").empty()};
  return environment;
}

Loaded load_config(const Choice& choice, const Environment& environment) {
  if (!choice.kubeconfig.empty()) {
    const auto file = read_kubeconfig(choice.kubeconfig);
    if (!file) return std::unexpected("--kubeconfig: " + file.error());
    return chosen(*file, choice, environment);
  }
  if (choice.order == Order::pod_first && in_pod(environment)) return from_pod(environment);
  const auto file = read_usual_files(usual_files(environment));
  if (!file) return std::unexpected(file.error());
  if (!kubeconfig::is_empty(*file, choice.overrides)) return chosen(*file, choice, environment);
  if (in_pod(environment)) return from_pod(environment);
  return std::unexpected(there_is_none(environment, *file));
}

}  // namespace everynode::cluster
