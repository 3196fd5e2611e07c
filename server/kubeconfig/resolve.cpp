#include "everynode/kubeconfig/resolve.hpp"

#include "credentials.hpp"
#include "entries.hpp"
#include "everynode/http/url.hpp"

namespace everynode::kubeconfig {
namespace {

using Resolved = std::expected<Config, std::string>;

std::string in_quotes(std::string_view name) {
  return "\"" + std::string(name) + "\"";
}

/// The configuration without a user. The error begins with the field.
Resolved config_of(const Cluster& cluster) {
  if (cluster.server.empty()) return std::unexpected("server is missing; give it as https://HOST[:PORT][/PATH]");
  auto config = read_server(cluster.server);
  if (!config) return std::unexpected("server: " + config.error());
  auto authority = read_pem("certificate-authority", cluster.authority, cluster.authority_data);
  if (!authority) return std::unexpected(std::move(authority.error()));
  if (config->tls && cluster.insecure && !authority->empty())
    return std::unexpected("insecure-skip-tls-verify contradicts certificate-authority; leave one of them out");
  config->authority = std::move(*authority);
  config->insecure = cluster.insecure;
  config->tls_server_name = cluster.tls_server_name;
  config->disable_compression = cluster.disable_compression;
  config->exec_config = cluster.exec_config;
  if (cluster.proxy_url.empty()) return config;
  auto proxy = http::parse_proxy(cluster.proxy_url);
  if (!proxy) return std::unexpected("proxy-url: " + proxy.error());
  config->proxy_url = cluster.proxy_url;
  config->proxy = std::move(*proxy);
  return config;
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
    const auto context = choose_context();
    if (!context) return std::unexpected(context.error());
    context_ = *context;
    const auto cluster = choose_cluster();
    if (!cluster) return std::unexpected(cluster.error());
    auto config = config_of(**cluster);
    if (!config)
      return std::unexpected((*cluster)->file + ": cluster " + in_quotes((*cluster)->name) + ": " + config.error());
    const auto user = choose_user(config->tls);
    if (!user) return std::unexpected(user.error());
    if (*user != nullptr) config = with_user(**user, std::move(*config));
    if (!config) return std::unexpected((*user)->file + ": user " + in_quotes((*user)->name) + ": " + config.error());
    if (!config->tls) {
      drop_credentials(*config);
      drop_trust(*config);
    }
    take_user_of_server(*config);
    config->namespace_ = context_ == nullptr ? "" : context_->namespace_;
    config->source = context_ == nullptr ? (*cluster)->file + ", cluster " + in_quotes((*cluster)->name)
                                         : context_->file + ", context " + in_quotes(context_->name);
    return config;
  }

 private:
  template <class Entry>
  using Chosen = std::expected<const Entry*, std::string>;

  /// Null: there is none, and the command line names a cluster.
  Chosen<Context> choose_context() {
    const std::string& name = overrides_.context.empty() ? file_.current : overrides_.context;
    if (name.empty()) {
      if (!overrides_.cluster.empty()) return nullptr;
      return std::unexpected(file_.names +
                             ": current-context is missing; set it, e.g. with kubectl config use-context NAME");
    }
    return existing(file_.contexts, name, "context", overrides_.context.empty() ? "current-context: " : "");
  }

  Chosen<Cluster> choose_cluster() {
    if (overrides_.cluster.empty() && context_->cluster.empty()) {
      return std::unexpected(context_->file + ": context " + in_quotes(context_->name) +
                             ": cluster is missing; name one of clusters");
    }
    const std::string& name = overrides_.cluster.empty() ? context_->cluster : overrides_.cluster;
    return existing(file_.clusters, name, "cluster", overrides_.cluster.empty() ? in_context() : "");
  }

  /// Null: no user is named. A user that is named and needed must exist.
  Chosen<User> choose_user(bool tls) {
    const std::string name = !overrides_.user.empty() ? overrides_.user : context_ == nullptr ? "" : context_->user;
    if (name.empty()) return nullptr;
    const bool needed = tls || !overrides_.user.empty();
    if (!needed) return find(file_.users, name);
    return existing(file_.users, name, "user", overrides_.user.empty() ? in_context() : "");
  }

  [[nodiscard]] std::string in_context() const { return "context " + in_quotes(context_->name) + ": "; }

  /// The entry of this name; `place` is where the name stands.
  template <class Entry>
  [[nodiscard]] Chosen<Entry> existing(const std::vector<Entry>& entries, std::string_view name,
                                       const std::string& kind, const std::string& place) const {
    if (const Entry* const entry = find(entries, name)) return entry;
    return std::unexpected(file_.names + ": " + place + kind + " " + in_quotes(name) + " is not among the " + kind +
                           "s");
  }

  const File& file_;
  const Overrides& overrides_;
  const Context* context_ = nullptr;
};

}  // namespace

bool is_empty(const File& file, const Overrides& overrides) {
  return file.current.empty() && overrides.context.empty() && overrides.cluster.empty();
}

Resolved resolve(const File& file, const Overrides& overrides) {
  return Resolver(file, overrides).resolve();
}

}  // namespace everynode::kubeconfig
