#include "everynode/http/url.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <cctype>

namespace everynode::http {
namespace {

namespace urls = boost::urls;

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._:").contains(c);
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// The host; an IPv6 address loses its brackets.
std::string host_of(const urls::url_view& url) {
  return url.host_type() == urls::host_type::name ? std::string(url.host()) : std::string(url.host_address());
}

}  // namespace

std::optional<Url> parse_url(std::string_view text) {
  // Boost.URL 1.81 must not parse a URI without an authority: "a:#" fails one of its assertions.
  const std::size_t colon = std::min(text.find(':'), text.size());
  if (!text.substr(colon).starts_with("://")) return std::nullopt;
  const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
  if (!parsed || !parsed->has_authority()) return std::nullopt;
  Url url;
  url.scheme = lower(std::string(parsed->scheme()));
  url.host = host_of(*parsed);
  if (url.host.empty() || !std::ranges::all_of(url.host, is_host_character)) return std::nullopt;
  url.has_user = parsed->has_userinfo();
  url.user = parsed->user();
  url.password = parsed->password();
  url.path = std::string(parsed->encoded_path());
  // Boost.URL 1.81 takes what follows a port or an address in brackets for a path, e.g. in "https://a:x".
  if (!url.path.empty() && !url.path.starts_with('/')) return std::nullopt;
  if (!parsed->has_port() || parsed->port().empty()) return url;
  url.port = parsed->port_number();  // 0 also if it is too large
  return url.port == 0 ? std::nullopt : std::optional(url);
}

std::string authority_of(std::string_view host, std::uint16_t port) {
  const std::string text(host);
  return (host.contains(':') ? "[" + text + "]" : text) + ":" + std::to_string(port);
}

}  // namespace everynode::http
