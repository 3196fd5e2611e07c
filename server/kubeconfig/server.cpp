#include <algorithm>

#include "everynode/http/url.hpp"
#include "everynode/kubeconfig/resolve.hpp"

namespace everynode::kubeconfig {
namespace {

constexpr std::string_view expected = "expected https://HOST[:PORT][/PATH]";

/// `HOST` and `HOST:PORT` are plain HTTP (client-go, rest.DefaultServerURL), also if there is a CA or a client
/// certificate. A path needs a scheme.
std::optional<http::Url> parse(const std::string& server) {
  if (server.contains("://")) return http::parse_url(server);
  auto url = http::parse_url("http://" + server);
  return url && url->path.size() <= 1 ? url : std::nullopt;
}

}  // namespace

std::expected<Config, std::string> read_server(const std::string& server) {
  const auto url = parse(server);
  if (!url || (url->scheme != "https" && url->scheme != "http"))
    return std::unexpected("\"" + server + "\" is no address of a server; " + std::string(expected));
  Config config;
  config.server = server;
  config.tls = url->scheme == "https";
  config.host = url->host;
  config.port = url->port != 0 ? url->port : config.tls ? 443 : 80;
  config.path_prefix = url->path;
  while (config.path_prefix.ends_with('/')) config.path_prefix.pop_back();
  return config;
}

bool fits_into_header(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ' && c != '\t') || c == 127; });
}

bool is_token(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
}

}  // namespace everynode::kubeconfig
