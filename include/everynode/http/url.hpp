/// Absolute URLs with a host (RFC 3986), split into their parts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace everynode::http {

struct Url {
  std::string scheme;  ///< in lower case
  bool has_user = false;
  std::string user;        ///< decoded
  std::string password;    ///< decoded
  std::string host;        ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;  ///< 0: the URL names none
  std::string path;        ///< without query and fragment, still encoded: it may go into a request as it is
};

/// nullopt: `text` is not such a URL, its port is not a number from 1 to 65535, or its host has characters that no host
/// has.
[[nodiscard]] std::optional<Url> parse_url(std::string_view text);

/// "HOST:PORT", IPv6 in brackets.
[[nodiscard]] std::string authority_of(std::string_view host, std::uint16_t port);

}  // namespace everynode::http
