#include "everynode/kubeconfig/exec_credential.hpp"

#include <nlohmann/json.hpp>

#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {
namespace {

using codec::field;
using codec::JsonValue;
using Json = nlohmann::ordered_json;

constexpr std::string_view kind_of_answer = "ExecCredential";

struct Answer {
  std::string kind;
  std::string api_version;
  bool has_status = false;
  ExecCredential credential;
};

void read_status(JsonValue value, Answer& answer) {
  ExecCredential& credential = answer.credential;
  answer.has_status = true;
  const auto read_expiry = [&](JsonValue time) {
    std::string_view text;
    read(time, text);
    credential.expires = objects::parse_time(text);
    if (!credential.expires) time.fail("expected a time like 2026-01-31T12:00:00Z");
  };
  codec::read_fields(value, field<"token">(credential.token), field<"clientCertificateData">(credential.certificate),
                     field<"clientKeyData">(credential.key), codec::visit<"expirationTimestamp">(read_expiry));
}

/// client-go, plugin/pkg/client/auth/exec: refreshCredsLocked.
std::expected<void, codec::Mistake> check(const Answer& answer, const std::string& api_version) {
  const ExecCredential& credential = answer.credential;
  if (answer.kind != kind_of_answer) return codec::mistake("expected ExecCredential", "kind");
  if (answer.api_version != api_version)
    return codec::mistake("expected " + api_version + ", as the kubeconfig says, not \"" + answer.api_version + "\"",
                          "apiVersion");
  if (!answer.has_status) return codec::mistake("status is missing");
  if (credential.token.empty() && credential.certificate.empty() && credential.key.empty())
    return codec::mistake("neither token nor clientCertificateData and clientKeyData are there", "status");
  if (credential.certificate.empty() != credential.key.empty()) {
    return codec::mistake("clientCertificateData and clientKeyData belong together, but one of them is missing",
                          "status");
  }
  if (!is_token(credential.token)) return codec::mistake("it has characters that no token has", "status.token");
  return {};
}

/// The fields have client-go's order.
Json cluster_of(const Config& config, const std::string& authority) {
  Json cluster{{"server", config.server.substr(0, config.server.find_first_of("?#"))}};
  if (!config.tls_server_name.empty()) cluster["tls-server-name"] = config.tls_server_name;
  if (config.insecure) cluster["insecure-skip-tls-verify"] = true;
  if (!authority.empty()) cluster["certificate-authority-data"] = codec::encode_base64(authority);
  if (!config.proxy_url.empty()) cluster["proxy-url"] = config.proxy_url;
  if (config.disable_compression) cluster["disable-compression"] = true;
  const auto extension = Json::parse(config.exec_config, nullptr, false);
  cluster["config"] = extension.is_discarded() ? Json() : extension;
  return cluster;
}

}  // namespace

std::expected<ExecCredential, codec::Mistake> read_exec_credential(const std::string& json,
                                                                   const std::string& api_version) {
  Answer answer;
  codec::Document document;
  auto whole = document.read(json, [&](JsonValue root) {
    codec::read_fields(root, field<"kind">(answer.kind), field<"apiVersion">(answer.api_version),
                       codec::visit<"status">([&](JsonValue status) { read_status(status, answer); }));
  });
  if (whole) whole = check(answer, api_version);
  if (!whole) return std::unexpected(std::move(whole.error()));
  return std::move(answer.credential);
}

std::string exec_info(const Config& config, bool interactive, const std::string& authority) {
  Json spec = Json::object();
  if (config.exec && config.exec->provide_cluster_info) spec["cluster"] = cluster_of(config, authority);
  spec["interactive"] = interactive;
  const Json info{
      {"kind", kind_of_answer}, {"apiVersion", config.exec ? config.exec->api_version : ""}, {"spec", std::move(spec)}};
  return info.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace everynode::kubeconfig
