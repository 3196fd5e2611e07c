#include "everynode/dashboard/access.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "everynode/http/url.hpp"

namespace everynode::dashboard {
namespace {

constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/// 32 hexadecimal digits hold what nobody can guess.
constexpr std::size_t least_token = 32;
constexpr std::size_t most_token = 256;
constexpr std::size_t most_port_digits = 5;

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

Denial denial(std::string_view reason, http::Status status, std::string_view message) {
  Denial denial{.reason = reason, .response = http::failure(status, message)};
  secure(denial.response);
  return denial;
}

/// In a time that does not tell how much of it is right.
bool equal(std::string_view secret, std::string_view shown) {
  unsigned different = secret.size() == shown.size() ? 0 : 1;
  for (std::size_t i = 0; i < shown.size() && !secret.empty(); ++i) {
    different |= static_cast<unsigned char>(secret[i % secret.size()]) ^ static_cast<unsigned char>(shown[i]);
  }
  return different == 0;
}

bool shows_token(std::string_view authorization, const std::string& token) {
  constexpr std::string_view scheme = "Bearer ";
  return !token.empty() && authorization.starts_with(scheme) && equal(token, authorization.substr(scheme.size()));
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
  return std::ranges::find(texts, text) != texts.end();
}

/// RFC 9110, 9.2.1: to ask so changes nothing.
bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

bool is_origin(std::string_view origin, const Access& access) {
  constexpr std::string_view plain = "http://";
  constexpr std::string_view secured = "https://";
  if (origin.starts_with(secured)) return contains(access.proxied, origin.substr(secured.size()));
  if (!origin.starts_with(plain)) return false;
  const std::string_view host = origin.substr(plain.size());
  return contains(access.hosts, host) || contains(access.proxied, host);
}

}  // namespace

std::optional<Denial> denial_of(const http::Head& head, const Access& access) {
  if (!contains(access.hosts, head.host) && !contains(access.proxied, head.host)) {
    return denial("host", http::Status::forbidden, "this is not the host that the page is served under");
  }
  const bool changes = !is_safe(head.method);
  if ((changes || !head.origin.empty()) && !is_origin(head.origin, access)) {
    return denial("origin", http::Status::forbidden, "only the page itself may ask");
  }
  if (!changes && !head.path().starts_with("/api/")) return std::nullopt;
  if (shows_token(head.authorization, access.token)) {
    if (!changes || access.actions) return std::nullopt;
    return denial("actions", http::Status::forbidden,
                  "this page changes nothing: everynode dashboard was started without --allow-actions");
  }
  auto refused = denial("token", http::Status::unauthorized,
                        "the token is missing or wrong: open the address that "
                        "everynode dashboard has printed");
  refused.response.headers.push_back({"WWW-Authenticate", "Bearer"});
  return refused;
}

std::vector<std::string> hosts_of(std::string_view address, std::uint16_t port) {
  constexpr std::uint16_t of_http = 80;
  std::vector<std::string> hosts{http::authority_of(address, port), http::authority_of("localhost", port)};
  if (port != of_http) return hosts;
  for (std::size_t i = 0; i < 2; ++i) hosts.push_back(hosts[i].substr(0, hosts[i].rfind(':')));
  return hosts;
}

bool is_host(std::string_view text) {
  const std::string_view name = text.substr(0, text.find(':'));
  const std::string_view port = text.substr(std::min(name.size() + 1, text.size()));
  const auto of_name = [](char c) { return is_lower(c) || is_digit(c) || c == '-' || c == '.'; };
  return !name.empty() && std::ranges::all_of(name, of_name) && (name.size() == text.size() || !port.empty()) &&
         port.size() <= most_port_digits && std::ranges::all_of(port, is_digit);
}

std::expected<std::string, std::string> token_in(std::string_view file) {
  if (file.ends_with('\n')) file.remove_suffix(1);
  if (file.size() < least_token || file.size() > most_token) {
    return std::unexpected("expected a token of " + std::to_string(least_token) + " to " + std::to_string(most_token) +
                           " characters, found " + std::to_string(file.size()));
  }
  const auto of_token = [](char c) {
    return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  if (std::ranges::all_of(file, of_token)) return std::string(file);
  return std::unexpected("expected a token of letters, digits, \"-\" and \"_\" alone");
}

bool is_loopback(std::string_view address) {
  return address.starts_with("127.") || address == "::1";
}

void secure(http::Response& response) {
  constexpr auto headers = std::to_array<std::pair<std::string_view, std::string_view>>({
      {"Content-Security-Policy", policy},
      {"X-Content-Type-Options", "nosniff"},
      {"X-Frame-Options", "DENY"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Cache-Control", "no-store"},
  });
  for (const auto& [name, value] : headers) response.headers.push_back({std::string(name), std::string(value)});
}

}  // namespace everynode::dashboard
