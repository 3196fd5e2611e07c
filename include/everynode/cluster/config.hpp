/// Finds out how to reach the API server: from kubeconfigs, or from inside a pod.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>

#include "everynode/http/proxy.hpp"
#include "everynode/kubeconfig/config.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::cluster {

using Config = kubeconfig::Config;
using Pem = kubeconfig::Pem;

/// The parts of the process's environment that decide which configuration it uses.
struct Environment {
  std::string service_host;   ///< KUBERNETES_SERVICE_HOST
  std::string service_port;   ///< KUBERNETES_SERVICE_PORT
  std::string pod_namespace;  ///< POD_NAMESPACE
  std::string kubeconfig;     ///< KUBECONFIG
  std::string kuberc;         ///< KUBERC: kubectl's preferences; "off": none
  std::filesystem::path home;
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
  http::ProxyEnvironment proxies;

  static Environment of_process();
};

/// The order in which configurations are looked for: a person expects kubectl's, a controller its pod's.
enum class Order : std::uint8_t {
  kubectl,    ///< KUBECONFIG, or ~/.kube/config; the pod's service account if these choose nothing
  pod_first,  ///< the pod's service account; KUBECONFIG, or ~/.kube/config, outside of pods
};

/// What the command line says.
struct Choice {
  std::filesystem::path kubeconfig;  ///< --kubeconfig: only this file; empty: by `order`
  kubeconfig::Overrides overrides;
  Order order = Order::kubectl;
};

/// If KUBECONFIG names several files, they are merged, and missing files are skipped. The result has all certificates
/// and keys as text, and the names of their files for reading them again. Runs no credential plugin. The error is one
/// line: file, field, what to do.
[[nodiscard]] std::expected<Config, std::string> load_config(const Choice& choice, const Environment& environment);

}  // namespace everynode::cluster
