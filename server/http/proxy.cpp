#include "everynode/http/proxy.hpp"

#include "everynode/codec/base64.hpp"
#include "everynode/http/url.hpp"
#include "no_proxy.hpp"

namespace everynode::http {
namespace {

constexpr std::string_view expected = "expected http://, https:// or socks5://[USER[:PASSWORD]@]HOST[:PORT]";

std::string_view name_of(Proxy::Kind kind) {
  switch (kind) {
    case Proxy::Kind::http:
      return "http";
    case Proxy::Kind::https:
      return "https";
    case Proxy::Kind::socks5:
      return "socks5";
  }
  return {};
}

constexpr std::uint16_t usual_port(Proxy::Kind kind) {
  return kind == Proxy::Kind::http ? 80 : kind == Proxy::Kind::https ? 443 : 1080;
}

std::optional<Proxy::Kind> kind_of(std::string_view scheme) {
  for (const auto kind : {Proxy::Kind::http, Proxy::Kind::https, Proxy::Kind::socks5}) {
    if (name_of(kind) == scheme) return kind;
  }
  return std::nullopt;
}

/// The URL in quotes, without user and password.
std::string shown(std::string_view url) {
  const std::size_t at = url.rfind('@');
  return "\"" + std::string(at == std::string_view::npos ? url : url.substr(at + 1)) + "\"";
}

}  // namespace

std::string Proxy::text() const {
  return std::string(name_of(kind)) + "://" + authority_of(host, port);
}

std::expected<Proxy, std::string> parse_proxy(std::string_view url) {
  const auto parsed = parse_url(url);
  const auto kind = parsed ? kind_of(parsed->scheme) : std::nullopt;
  if (!kind) return std::unexpected(shown(url) + " is no address of a proxy; " + std::string(expected));
  return Proxy{.kind = *kind,
               .host = parsed->host,
               .port = parsed->port == 0 ? usual_port(*kind) : parsed->port,
               .has_user = parsed->has_user,
               .user = parsed->user,
               .password = parsed->password};
}

std::expected<std::optional<Proxy>, std::string> proxy_of(const ProxyEnvironment& environment, bool tls,
                                                          std::string_view host, std::uint16_t port) {
  std::string value = tls ? environment.https_proxy : environment.http_proxy;
  if (value.empty() || is_loopback(host) || is_listed(environment.no_proxy, host, port)) return std::nullopt;
  const std::string name = tls ? "HTTPS_PROXY" : "HTTP_PROXY";
  if (!tls && environment.is_cgi)
    return std::unexpected(name + ": it is not obeyed while REQUEST_METHOD is set, as a web server sets it; unset one");
  if (!value.contains("://")) value.insert(0, "http://");
  if (value.starts_with("socks5h://")) value.erase(6, 1);  // the proxy looks names up in any case
  auto proxy = parse_proxy(value);
  if (!proxy) return std::unexpected(name + ": " + proxy.error());
  return std::move(*proxy);
}

std::string basic_authorization(std::string_view user, std::string_view password) {
  return "Basic " + codec::encode_base64(std::string(user) + ":" + std::string(password));
}

}  // namespace everynode::http
