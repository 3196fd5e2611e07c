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

/// What of the process decides where the configuration is.
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

/// Who asks: a person is served as kubectl would, a controller is at home in its pod.
enum class Order : std::uint8_t {
  kubectl,    ///< KUBECONFIG, or ~/.kube/config; the pod's service account if these choose nothing
  pod_first,  ///< the pod's service account; KUBECONFIG, or ~/.kube/config, outside of pods
};

/// What the command line says.
struct Choice {
  std::filesystem::path kubeconfig;  ///< --kubeconfig: this file and nothing else; empty: by `order`
  kubeconfig::Overrides overrides;
  Order order = Order::kubectl;
};

/// KUBECONFIG may name several files: they are merged, and what is not there is skipped. All certificates and keys are
/// text in the result; it keeps the names of their files, for those who read them again. Credential plugins are not
/// run. The error is one line: file, field, what to do.
[[nodiscard]] std::expected<Config, std::string> load_config(const Choice& choice, const Environment& environment);

}  // namespace everynode::cluster
