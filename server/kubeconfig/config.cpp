#include "everynode/kubeconfig/config.hpp"

#include <cctype>
#include <string_view>

#include "everynode/http/url.hpp"

namespace everynode::kubeconfig {
namespace {

/// Characters of a header's name (RFC 9110, 5.6.2), without the percent sign, with which we escape.
bool is_token_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view("!#$&'*+-.^_`|~").contains(c);
}

std::string escaped(std::string_view key) {
  constexpr std::string_view hex = "0123456789ABCDEF";
  std::string out;
  for (const char c : key) {
    if (is_token_character(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', hex[byte >> 4], hex[byte & 15]};
  }
  return out;
}

}  // namespace

std::string Config::address() const {
  return (tls ? "https://" : "http://") + http::authority_of(host, port);
}

std::vector<http::Header> headers_of(const Impersonation& impersonation) {
  std::vector<http::Header> headers;
  if (impersonation.user.empty()) return headers;
  headers.push_back({"Impersonate-User", impersonation.user});
  if (!impersonation.uid.empty()) headers.push_back({"Impersonate-Uid", impersonation.uid});
  for (const std::string& group : impersonation.groups) headers.push_back({"Impersonate-Group", group});
  for (const auto& [key, values] : impersonation.extra) {
    for (const std::string& value : values) headers.push_back({"Impersonate-Extra-" + escaped(key), value});
  }
  return headers;
}

}  // namespace everynode::kubeconfig
