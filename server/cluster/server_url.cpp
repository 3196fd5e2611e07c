#include "server_url.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace everynode::cluster {
namespace {

constexpr std::string_view expected = "expected https://HOST[:PORT][/PATH]";

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("-._:").contains(c);
}

/// Paths go into the head of each request as they are.
bool is_path_character(char c) {
  return c > ' ' && c < 127 && c != '?' && c != '#';
}

/// Splits `HOST`, `HOST:PORT` or `[IPV6]:PORT`. False: it is none of them.
bool read_authority(std::string_view text, Config& config) {
  const bool bracketed = text.starts_with('[');
  const std::size_t host_end = bracketed ? text.find(']') : text.find(':');
  config.host = text.substr(bracketed ? 1 : 0, bracketed ? host_end - 1 : host_end);
  std::string_view rest = host_end == std::string_view::npos ? "" : text.substr(host_end + (bracketed ? 1 : 0));
  if (config.host.empty() || !std::ranges::all_of(config.host, is_host_character)) return false;
  if (bracketed && host_end == std::string_view::npos) return false;
  config.port = config.tls ? 443 : 80;
  if (rest.empty()) return true;
  if (rest.front() != ':') return false;
  config.port = read_port(rest.substr(1));
  return config.port != 0;
}

}  // namespace

std::uint16_t read_port(std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return error == std::errc() && end == digits.data() + digits.size() ? port : std::uint16_t{0};
}

std::string read_server_url(std::string_view text, Config& config) {
  const auto wrong = [&] {
    return "\"" + std::string(text) + "\" is no address of a server; " + std::string(expected);
  };
  config.tls = text.starts_with("https://");
  if (!config.tls && !text.starts_with("http://")) return wrong();
  const std::string_view rest = text.substr(text.find("://") + 3);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  std::string_view path = rest.substr(slash);
  while (path.ends_with('/')) path.remove_suffix(1);
  if (!read_authority(rest.substr(0, slash), config) || !std::ranges::all_of(path, is_path_character)) return wrong();
  config.path_prefix = path;
  return {};
}

}  // namespace everynode::cluster
