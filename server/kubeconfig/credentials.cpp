#include "credentials.hpp"

#include <array>

#include "everynode/codec/base64.hpp"

namespace everynode::kubeconfig {
namespace {

constexpr std::string_view both = "are both given; leave one of them out";
constexpr std::string_view beta = "client.authentication.k8s.io/v1beta1";
constexpr std::string_view stable = "client.authentication.k8s.io/v1";

/// client-go, clientcmd: validateAuthInfo.
std::string take_certificate(const User& user, Config& config) {
  if (user.certificate.empty() && user.certificate_data.empty()) return {};  // a key alone counts as no certificate
  std::string problem =
      take_pem("client-certificate", user.certificate, user.certificate_data, config.client_certificate);
  if (problem.empty()) problem = take_pem("client-key", user.key, user.key_data, config.client_key);
  if (problem.empty() && config.client_key.empty())
    problem = "client-key is missing; a certificate and its key belong together";
  return problem;
}

std::string take_impersonation(const User& user, Config& config) {
  if (user.as.empty() && (!user.as_uid.empty() || !user.as_groups.empty() || !user.as_user_extra.empty()))
    return "as is missing; as-uid, as-groups and as-user-extra say more about the user that it names";
  config.impersonation = {.user = user.as, .uid = user.as_uid, .groups = user.as_groups, .extra = user.as_user_extra};
  for (const http::Header& header : headers_of(config.impersonation)) {
    if (!fits_into_header(header.value))
      return "as, as-uid, as-groups and as-user-extra: they may have no control characters (" + header.name + ")";
  }
  return {};
}

/// v1beta1 has a default, for files that are older than the field.
std::string interactive_mode(const ExecEntry& entry, Exec& exec) {
  std::string mode = entry.interactive_mode;
  if (mode.empty() && entry.api_version == beta) mode = "IfAvailable";
  constexpr std::array<std::pair<std::string_view, Exec::Interactive>, 3> modes{
      {{"Never", Exec::Interactive::never},
       {"IfAvailable", Exec::Interactive::if_available},
       {"Always", Exec::Interactive::always}}};
  for (const auto& [name, value] : modes) {
    if (name != mode) continue;
    exec.interactive = value;
    return {};
  }
  const std::string found = mode.empty() ? "is missing" : "is \"" + mode + "\"";
  return "exec.interactiveMode " + found + "; expected Never, IfAvailable or Always";
}

std::string take_exec(const User& user, Config& config) {
  const ExecEntry& entry = *user.exec;
  if (user.auth_provider) return "exec and auth-provider " + std::string(both);
  if (entry.command.empty()) return "exec.command is missing; name the plugin";
  const bool known = entry.api_version == beta || entry.api_version == stable;
  if (!known) {
    const std::string found = entry.api_version.empty() ? "is missing" : "is \"" + entry.api_version + "\"";
    return "exec.apiVersion " + found + "; expected " + std::string(stable) + " or " + std::string(beta) +
           ": renew the kubeconfig with the tool that wrote it";
  }
  for (const auto& [name, value] : entry.env) {
    if (name.empty()) return "exec.env: the name of a variable is missing";
  }
  Exec& exec = config.exec.emplace();
  exec.api_version = entry.api_version;
  exec.command = entry.command;
  exec.args = entry.args;
  exec.env = entry.env;
  exec.install_hint = entry.install_hint;
  exec.provide_cluster_info = entry.provide_cluster_info;
  exec.place = user.file + ": user \"" + user.name + "\": exec";
  return interactive_mode(entry, exec);
}

std::string refusal_of(const std::string& auth_provider) {
  std::string advice = "use a credential plugin (exec)";
  if (auth_provider == "gcp")
    advice = "run \"gcloud container clusters get-credentials\", with gke-gcloud-auth-plugin installed";
  if (auth_provider == "azure") advice = "run \"kubelogin convert-kubeconfig\" (github.com/Azure/kubelogin)";
  if (auth_provider == "oidc") advice = "use the credential plugin kubelogin (github.com/int128/kubelogin), or a token";
  return "auth-provider \"" + auth_provider + "\" is not supported; " + advice;
}

std::string take_token(const User& user, Config& config) {
  constexpr std::string_view white_space = " \t\r\n";
  const std::size_t first = user.token.find_first_not_of(white_space);
  if (first != std::string::npos)
    config.token = user.token.substr(first, user.token.find_last_not_of(white_space) - first + 1);
  config.token_file = user.token_file;
  return is_token(config.token) ? "" : "token: it has characters that no token has";
}

}  // namespace

std::string take_pem(const std::string& field, const std::string& file, const std::string& data, Pem& out) {
  if (!file.empty() && !data.empty()) return field + " and " + field + "-data " + std::string(both);
  out.file = file;
  if (data.empty()) return {};
  auto decoded = codec::decode_base64(data);
  if (!decoded) return field + "-data: it is not base64";
  out.text = std::move(*decoded);
  return {};
}

std::string take_user(const User& user, Config& config) {
  std::string problem = take_impersonation(user, config);
  if (problem.empty()) problem = take_certificate(user, config);
  if (problem.empty()) problem = take_token(user, config);
  if (problem.empty() && !user.token.empty() && !(user.username + user.password).empty())
    problem = "token and username " + std::string(both);
  if (problem.empty() && user.exec) problem = take_exec(user, config);
  if (problem.empty() && !user.exec && user.auth_provider && config.tls) problem = refusal_of(*user.auth_provider);
  if (!problem.empty()) return problem;
  config.username = user.username;
  config.password = user.password;
  // client-go, UpdateTransportConfig: it asks the plugin only if there are no other credentials.
  const bool other = !config.token.empty() || !config.token_file.empty() || !config.username.empty() ||
                     !config.client_certificate.empty();
  if (other) config.exec.reset();
  return {};
}

}  // namespace everynode::kubeconfig
