#include "origin.hpp"

namespace everynode::cluster {

std::expected<net::Origin, std::string> origin_of(const Config& config) {
  net::Origin origin{.host = config.host, .port = config.port, .tls = nullptr, .server_name = config.tls_server_name};
  if (!config.tls) return origin;
  const net::KeyPair own{.chain = config.client_certificate.text, .key = config.client_key.text};
  auto tls = net::ClientTls::make({.authorities = config.authority.text, .verify = !config.insecure, .own = own});
  if (!tls) return std::unexpected(tls.error());
  origin.tls = std::move(*tls);
  return origin;
}

}  // namespace everynode::cluster
