#include "everynode/kubeconfig/resolve.hpp"

#include <algorithm>

#include "credentials.hpp"
#include "everynode/http/url.hpp"

namespace everynode::kubeconfig {
namespace {

using Resolved = std::expected<Config, std::string>;

template <class Entry>
const Entry* find(const std::vector<Entry>& entries, std::string_view name) {
  const auto found = std::ranges::find(entries, name, &Entry::name);
  return found == entries.end() ? nullptr : &*found;
}

std::string quoted(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

std::string take_cluster(const Cluster& cluster, Config& config) {
  if (cluster.server.empty()) return "server is missing; give it as https://HOST[:PORT][/PATH]";
  if (const auto wrong = read_server(cluster.server, config); !wrong.empty()) return "server: " + wrong;
  std::string problem = take_pem("certificate-authority", cluster.authority, cluster.authority_data, config.authority);
  if (problem.empty() && config.tls && cluster.insecure && !config.authority.empty())
    problem = "insecure-skip-tls-verify contradicts certificate-authority; leave one of them out";
  config.insecure = cluster.insecure;
  config.tls_server_name = cluster.tls_server_name;
  config.disable_compression = cluster.disable_compression;
  config.exec_config = cluster.exec_config;
  if (!problem.empty() || cluster.proxy_url.empty()) return problem;
  auto proxy = http::parse_proxy(cluster.proxy_url);
  if (!proxy) return "proxy-url: " + proxy.error();
  config.proxy_url = cluster.proxy_url;
  config.proxy = std::move(*proxy);
  return {};
}

/// Secrets go through TLS only. The impersonated user is not a secret.
void drop_credentials(Config& config) {
  config.client_certificate = {};
  config.client_key = {};
  config.token.clear();
  config.token_file.clear();
  config.username.clear();
  config.password.clear();
  config.exec.reset();
}

/// Without TLS there is nothing to trust, not even an HTTPS proxy: kubectl does the same.
void drop_trust(Config& config) {
  config.authority = {};
  config.insecure = false;
  config.tls_server_name.clear();
}

/// `https://USER:PASSWORD@HOST` wins over everything in the user's entry, as in Go's client.
void take_user_of_server(Config& config) {
  const auto url = http::parse_url(config.server);
  if (!url || !url->has_user) return;
  const Pem certificate = config.client_certificate;
  const Pem key = config.client_key;
  drop_credentials(config);
  config.client_certificate = certificate;
  config.client_key = key;
  config.username = url->user;
  config.password = url->password;
}

class Resolver {
 public:
  Resolver(const File& file, const Overrides& overrides) : file_(file), overrides_(overrides) {}

  Resolved resolve() {
    choose_context();
    const Cluster* cluster = problem_.empty() ? choose_cluster() : nullptr;
    if (cluster == nullptr) return std::unexpected(problem_);
    Config config;
    std::string problem = take_cluster(*cluster, config);
    if (!problem.empty()) return std::unexpected(cluster->file + ": cluster " + quoted(cluster->name) + ": " + problem);
    const User* user = choose_user(config.tls);
    if (!problem_.empty()) return std::unexpected(problem_);
    if (user != nullptr) problem = take_user(*user, config);
    if (!problem.empty()) return std::unexpected(user->file + ": user " + quoted(user->name) + ": " + problem);
    if (!config.tls) {
      drop_credentials(config);
      drop_trust(config);
    }
    take_user_of_server(config);
    config.namespace_ = context_ == nullptr ? "" : context_->namespace_;
    config.source = context_ == nullptr ? cluster->file + ", cluster " + quoted(cluster->name)
                                        : context_->file + ", context " + quoted(context_->name);
    return config;
  }

 private:
  void choose_context() {
    const std::string& name = overrides_.context.empty() ? file_.current : overrides_.context;
    if (name.empty()) {
      if (overrides_.cluster.empty())
        problem_ = file_.names + ": current-context is missing; set it, e.g. with kubectl config use-context NAME";
      return;
    }
    context_ = find(file_.contexts, name);
    if (context_ == nullptr) problem_ = missing(name, "context", overrides_.context.empty() ? "current-context: " : "");
  }

  const Cluster* choose_cluster() {
    if (overrides_.cluster.empty() && context_->cluster.empty()) {
      problem_ = context_->file + ": context " + quoted(context_->name) + ": cluster is missing; name one of clusters";
      return nullptr;
    }
    const std::string& name = overrides_.cluster.empty() ? context_->cluster : overrides_.cluster;
    const Cluster* cluster = find(file_.clusters, name);
    if (cluster == nullptr) problem_ = missing(name, "cluster", overrides_.cluster.empty() ? in_context() : "");
    return cluster;
  }

  /// Null: no user is named. A user that is named and needed must exist.
  const User* choose_user(bool tls) {
    const std::string name = !overrides_.user.empty() ? overrides_.user : context_ == nullptr ? "" : context_->user;
    if (name.empty()) return nullptr;
    const User* user = find(file_.users, name);
    const bool needed = tls || !overrides_.user.empty();
    if (user == nullptr && needed) problem_ = missing(name, "user", overrides_.user.empty() ? in_context() : "");
    return user;
  }

  [[nodiscard]] std::string in_context() const { return "context " + quoted(context_->name) + ": "; }

  [[nodiscard]] std::string missing(std::string_view name, const std::string& kind, const std::string& place) const {
    return file_.names + ": " + place + kind + " " + quoted(name) + " is not among the " + kind + "s";
  }

  const File& file_;
  const Overrides& overrides_;
  const Context* context_ = nullptr;
  std::string problem_;
};

}  // namespace

bool is_empty(const File& file, const Overrides& overrides) {
  return file.current.empty() && overrides.context.empty() && overrides.cluster.empty();
}

Resolved resolve(const File& file, const Overrides& overrides) {
  return Resolver(file, overrides).resolve();
}

}  // namespace everynode::kubeconfig
