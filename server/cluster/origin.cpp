#include "origin.hpp"

#include "everynode/files/files.hpp"

namespace everynode::cluster {
namespace {

/// Replaces the file's name by its content. Returns what is wrong; empty: nothing.
std::string read_pem(Pem& pem, const char* field) {
  if (pem.file.empty()) return {};
  auto text = files::read_file(pem.file);
  if (!text) return std::string(field) + ": " + text.error();
  pem.text = std::move(*text);
  if (pem.text.contains("-----BEGIN ")) return {};
  return std::string(field) + ": " + pem.file + ": it is not PEM";
}

/// An HTTPS proxy must have a certificate from the cluster's CA, as with kubectl, or from one of the system's. We show
/// it no certificate of our own.
std::expected<std::shared_ptr<const net::ClientTls>, std::string> tls_of_proxy(const Config& config) {
  return net::ClientTls::make(
      {.authorities = config.authority.text, .system_too = true, .verify = !config.insecure, .own = {}});
}

}  // namespace

std::string read_pems(Config& config) {
  std::string problem = read_pem(config.authority, "certificate-authority");
  if (problem.empty()) problem = read_pem(config.client_certificate, "client-certificate");
  if (problem.empty()) problem = read_pem(config.client_key, "client-key");
  return problem;
}

std::expected<net::Origin, std::string> origin_of(const Config& config) {
  net::Origin origin{.host = config.host,
                     .port = config.port,
                     .tls = nullptr,
                     .server_name = config.tls_server_name,
                     .proxy = config.proxy,
                     .proxy_tls = nullptr};
  if (config.proxy && config.proxy->kind == http::Proxy::Kind::https) {
    auto tls = tls_of_proxy(config);
    if (!tls) return std::unexpected(tls.error());
    origin.proxy_tls = std::move(*tls);
  }
  if (!config.tls) return origin;
  const net::KeyPair own{.chain = config.client_certificate.text, .key = config.client_key.text};
  auto tls = net::ClientTls::make({.authorities = config.authority.text, .verify = !config.insecure, .own = own});
  if (!tls) return std::unexpected(tls.error());
  origin.tls = std::move(*tls);
  return origin;
}

}  // namespace everynode::cluster
