#include "credentials.hpp"

#include <array>

#include "everynode/codec/base64.hpp"

namespace everynode::kubeconfig {
namespace {

constexpr std::string_view both = "are both given; leave one of them out";
constexpr std::string_view beta = "client.authentication.k8s.io/v1beta1";
constexpr std::string_view stable = "client.authentication.k8s.io/v1";

struct Certificate {
  Pem certificate;
  Pem key;
};

/// client-go, clientcmd: validateAuthInfo.
std::expected<Certificate, std::string> certificate_of(const User& user) {
  if (user.certificate.empty() && user.certificate_data.empty()) return {};  // a key alone counts as no certificate
  auto certificate = read_pem("client-certificate", user.certificate, user.certificate_data);
  if (!certificate) return std::unexpected(std::move(certificate.error()));
  auto key = read_pem("client-key", user.key, user.key_data);
  if (!key) return std::unexpected(std::move(key.error()));
  if (key->empty()) return std::unexpected("client-key is missing; a certificate and its key belong together");
  return Certificate{.certificate = std::move(*certificate), .key = std::move(*key)};
}

std::expected<Impersonation, std::string> impersonation_of(const User& user) {
  if (user.as.empty() && (!user.as_uid.empty() || !user.as_groups.empty() || !user.as_user_extra.empty())) {
    return std::unexpected("as is missing; as-uid, as-groups and as-user-extra say more about the user that it names");
  }
  Impersonation impersonation{
      .user = user.as, .uid = user.as_uid, .groups = user.as_groups, .extra = user.as_user_extra};
  for (const http::Header& header : headers_of(impersonation)) {
    if (fits_into_header(header.value)) continue;
    return std::unexpected("as, as-uid, as-groups and as-user-extra: they may have no control characters (" +
                           header.name + ")");
  }
  return impersonation;
}

/// v1beta1 has a default, for files that are older than the field.
std::expected<Exec::Interactive, std::string> interactive_mode(const ExecEntry& entry) {
  std::string mode = entry.interactive_mode;
  if (mode.empty() && entry.api_version == beta) mode = "IfAvailable";
  constexpr std::array<std::pair<std::string_view, Exec::Interactive>, 3> modes{
      {{"Never", Exec::Interactive::never},
       {"IfAvailable", Exec::Interactive::if_available},
       {"Always", Exec::Interactive::always}}};
  for (const auto& [name, value] : modes) {
    if (name == mode) return value;
  }
  const std::string found = mode.empty() ? "is missing" : "is \"" + mode + "\"";
  return std::unexpected("exec.interactiveMode " + found + "; expected Never, IfAvailable or Always");
}

std::expected<Exec, std::string> exec_of(const User& user) {
  const ExecEntry& entry = *user.exec;
  if (user.auth_provider) return std::unexpected("exec and auth-provider " + std::string(both));
  if (entry.command.empty()) return std::unexpected("exec.command is missing; name the plugin");
  const bool known = entry.api_version == beta || entry.api_version == stable;
  if (!known) {
    const std::string found = entry.api_version.empty() ? "is missing" : "is \"" + entry.api_version + "\"";
    return std::unexpected("exec.apiVersion " + found + "; expected " + std::string(stable) + " or " +
                           std::string(beta) + ": renew the kubeconfig with the tool that wrote it");
  }
  for (const auto& [name, value] : entry.env) {
    if (name.empty()) return std::unexpected("exec.env: the name of a variable is missing");
  }
  const auto interactive = interactive_mode(entry);
  if (!interactive) return std::unexpected(interactive.error());
  return Exec{.api_version = entry.api_version,
              .command = entry.command,
              .args = entry.args,
              .env = entry.env,
              .install_hint = entry.install_hint,
              .provide_cluster_info = entry.provide_cluster_info,
              .interactive = *interactive,
              .place = user.file + ": user \"" + user.name + "\": exec"};
}

std::string refusal_of(const std::string& auth_provider) {
  std::string advice = "use a credential plugin (exec)";
  if (auth_provider == "gcp")
    advice = "run \"gcloud container clusters get-credentials\", with gke-gcloud-auth-plugin installed";
  if (auth_provider == "azure") advice = "run \"kubelogin convert-kubeconfig\" (github.com/Azure/kubelogin)";
  if (auth_provider == "oidc") advice = "use the credential plugin kubelogin (github.com/int128/kubelogin), or a token";
  return "auth-provider \"" + auth_provider + "\" is not supported; " + advice;
}

std::expected<std::string, std::string> token_of(const User& user) {
  constexpr std::string_view white_space = " \t\r\n";
  const std::size_t first = user.token.find_first_not_of(white_space);
  std::string token;
  if (first != std::string::npos)
    token = user.token.substr(first, user.token.find_last_not_of(white_space) - first + 1);
  if (!is_token(token)) return std::unexpected("token: it has characters that no token has");
  return token;
}

}  // namespace

std::expected<Pem, std::string> read_pem(const std::string& field, const std::string& file, const std::string& data) {
  if (!file.empty() && !data.empty()) return std::unexpected(field + " and " + field + "-data " + std::string(both));
  if (data.empty()) return Pem{.text = {}, .file = file};
  auto decoded = codec::decode_base64(data);
  if (!decoded) return std::unexpected(field + "-data: it is not base64");
  return Pem{.text = std::move(*decoded), .file = file};
}

std::expected<Config, std::string> with_user(const User& user, Config config) {
  auto impersonation = impersonation_of(user);
  if (!impersonation) return std::unexpected(std::move(impersonation.error()));
  auto own = certificate_of(user);
  if (!own) return std::unexpected(std::move(own.error()));
  auto token = token_of(user);
  if (!token) return std::unexpected(std::move(token.error()));
  if (!user.token.empty() && !(user.username + user.password).empty())
    return std::unexpected("token and username " + std::string(both));
  if (user.exec) {
    auto exec = exec_of(user);
    if (!exec) return std::unexpected(std::move(exec.error()));
    config.exec = std::move(*exec);
  } else if (user.auth_provider && config.tls) {
    return std::unexpected(refusal_of(*user.auth_provider));
  }
  config.impersonation = std::move(*impersonation);
  config.client_certificate = std::move(own->certificate);
  config.client_key = std::move(own->key);
  config.token = std::move(*token);
  config.token_file = user.token_file;
  config.username = user.username;
  config.password = user.password;
  // client-go, UpdateTransportConfig: it asks the plugin only if there are no other credentials.
  const bool other = !config.token.empty() || !config.token_file.empty() || !config.username.empty() ||
                     !config.client_certificate.empty();
  if (other) config.exec.reset();
  return config;
}

}  // namespace everynode::kubeconfig
