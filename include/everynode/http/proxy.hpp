/// Proxies between a client and its server: how they are written, and which requests go through them.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::http {

struct Proxy {
  enum class Kind : std::uint8_t { http, https, socks5 };

  Kind kind = Kind::http;
  std::string host;  ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  bool has_user = false;
  std::string user;
  std::string password;

  /// "socks5://HOST:PORT", without user and password.
  [[nodiscard]] std::string text() const;
};

/// Reads `http://`, `https://` or `socks5://[USER[:PASSWORD]@]HOST[:PORT]`. The error quotes no password.
[[nodiscard]] std::expected<Proxy, std::string> parse_proxy(std::string_view url);

/// The environment variables that name proxies. One in lower case counts where the one in upper case is not set.
struct ProxyEnvironment {
  std::string http_proxy;
  std::string https_proxy;
  std::string no_proxy;
  bool is_cgi =
      false;  ///< REQUEST_METHOD is set: HTTP_PROXY may be a client's header "Proxy" (golang.org/s/cgihttpproxy)
};

/// The proxy for requests to a server, by the rules of Go's ProxyFromEnvironment, which kubectl follows: no proxy for
/// loopback addresses and for what NO_PROXY lists. nullopt: none. The error names the variable.
[[nodiscard]] std::expected<std::optional<Proxy>, std::string> proxy_of(const ProxyEnvironment& environment, bool tls,
                                                                        std::string_view host, std::uint16_t port);

/// Whether a list in the form of NO_PROXY names a server. Entries are domains (with their subdomains; ".a" and "*.a"
/// are the subdomains only) and IP addresses, both with a port if wanted; CIDRs; or "*".
[[nodiscard]] bool is_listed(std::string_view no_proxy, std::string_view host, std::uint16_t port);

/// "Basic ..." (RFC 7617).
[[nodiscard]] std::string basic_authorization(std::string_view user, std::string_view password);

}  // namespace everynode::http
