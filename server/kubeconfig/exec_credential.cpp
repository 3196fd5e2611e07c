#include "everynode/kubeconfig/exec_credential.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {
namespace {

using Element = codec::Reader::Element;
using Json = nlohmann::ordered_json;

constexpr std::string_view kind_of_answer = "ExecCredential";

struct Answer {
  std::string kind;
  std::string api_version;
  bool has_status = false;
  ExecCredential credential;
};

void read_status(codec::Reader& reader, Element value, Answer& answer) {
  constexpr std::array<std::string_view, 4> names{"token", "clientCertificateData", "clientKeyData",
                                                  "expirationTimestamp"};
  ExecCredential& credential = answer.credential;
  answer.has_status = true;
  reader.object(value, names, [&](std::size_t name, Element member) {
    if (name == 0) return reader.read(member, credential.token);
    if (name == 1) return reader.read(member, credential.certificate);
    if (name == 2) return reader.read(member, credential.key);
    std::string_view text;
    reader.read(member, text);
    credential.expires = objects::parse_time(text);
    if (reader.ok() && !credential.expires) reader.fail("expected a time like 2026-01-31T12:00:00Z");
  });
}

/// client-go, plugin/pkg/client/auth/exec: refreshCredsLocked.
std::string problem_with(const Answer& answer, const std::string& api_version) {
  const ExecCredential& credential = answer.credential;
  if (answer.kind != kind_of_answer) return "kind: expected ExecCredential";
  if (answer.api_version != api_version)
    return "apiVersion: expected " + api_version + ", as the kubeconfig says, not \"" + answer.api_version + "\"";
  if (!answer.has_status) return "status is missing";
  if (credential.token.empty() && credential.certificate.empty() && credential.key.empty())
    return "status: neither token nor clientCertificateData and clientKeyData are there";
  if (credential.certificate.empty() != credential.key.empty()) {
    return "status: clientCertificateData and clientKeyData belong together, but one of them is missing";
  }
  return is_token(credential.token) ? "" : "status.token: it has characters that no token has";
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

std::expected<ExecCredential, std::string> read_exec_credential(const std::string& json,
                                                                const std::string& api_version) {
  Answer answer;
  constexpr std::array<std::string_view, 3> names{"kind", "apiVersion", "status"};
  codec::Document document;
  std::string problem = document.read(json, [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      if (name == 0) return reader.read(member, answer.kind);
      if (name == 1) return reader.read(member, answer.api_version);
      read_status(reader, member, answer);
    });
  });
  if (problem.empty()) problem = problem_with(answer, api_version);
  if (!problem.empty()) return std::unexpected(problem);
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
