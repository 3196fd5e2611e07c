#include "origin.hpp"

#include "everynode/files/files.hpp"

namespace everynode::cluster {
namespace {

/// Adds the file's content to its name.
std::expected<void, std::string> load(Pem& pem, const std::string& field) {
  if (pem.file.empty()) return {};
  auto text = files::read_file(pem.file);
  if (!text) return std::unexpected(field + ": " + text.error());
  if (!text->contains("-----BEGIN ")) return std::unexpected(field + ": " + pem.file + ": it is not PEM");
  pem.text = std::move(*text);
  return {};
}

/// An HTTPS proxy must have a certificate from the cluster's CA, as with kubectl, or from one of the system's. We show
/// it no certificate of our own.
std::expected<std::shared_ptr<const net::ClientTls>, std::string> tls_of_proxy(const Config& config) {
  return net::ClientTls::make(
      {.authorities = config.authority.text, .system_too = true, .verify = !config.insecure, .own = {}});
}

}  // namespace

std::expected<Config, std::string> read_pems(Config config) {
  auto loaded = load(config.authority, "certificate-authority");
  if (loaded) loaded = load(config.client_certificate, "client-certificate");
  if (loaded) loaded = load(config.client_key, "client-key");
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  return config;
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
