#include "no_proxy.hpp"

#include <algorithm>
#include <array>
#include <boost/url/ipv4_address.hpp>
#include <boost/url/ipv6_address.hpp>
#include <cctype>
#include <charconv>
#include <string>

#include "everynode/http/proxy.hpp"

namespace everynode::http {
namespace {

namespace urls = boost::urls;

/// An IP address as 16 bytes. IPv4 is mapped into IPv6, so that both forms of one address are equal.
struct Address {
  std::array<unsigned char, 16> bytes{};
  bool is_v4 = false;

  bool operator==(const Address& other) const { return bytes == other.bytes; }
};

constexpr std::array<unsigned char, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

std::optional<Address> parse_address(std::string_view text) {
  const urls::string_view view(text.data(), text.size());
  Address address;
  if (const auto v4 = urls::parse_ipv4_address(view)) {
    const auto bytes = v4->to_bytes();
    std::ranges::copy(mapped_prefix, address.bytes.begin());
    std::ranges::copy(bytes, address.bytes.begin() + mapped_prefix.size());
    address.is_v4 = true;
    return address;
  }
  const auto v6 = urls::parse_ipv6_address(view);
  if (!v6) return std::nullopt;
  const auto bytes = v6->to_bytes();
  std::ranges::copy(bytes, address.bytes.begin());
  address.is_v4 = v6->is_v4_mapped();
  return address;
}

std::optional<std::size_t> number(std::string_view text) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

bool same_prefix(const Address& left, const Address& right, std::size_t bits) {
  for (std::size_t i = 0; i < bits; ++i) {
    const unsigned mask = 0x80U >> i % 8;
    if ((left.bytes[i / 8] & mask) != (right.bytes[i / 8] & mask)) return false;
  }
  return true;
}

/// nullopt: the entry is not a CIDR.
std::optional<bool> in_cidr(std::string_view entry, const std::optional<Address>& host) {
  const std::size_t slash = entry.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto network = parse_address(entry.substr(0, slash));
  const auto bits = number(entry.substr(slash + 1));
  if (!network || !bits || *bits > (network->is_v4 ? 32U : 128U)) return std::nullopt;
  return host && host->is_v4 == network->is_v4 && same_prefix(*network, *host, *bits + (network->is_v4 ? 96 : 0));
}

struct Entry {
  std::string_view host;
  std::string_view port;  ///< empty: any
};

/// Splits "HOST", "HOST:PORT" and "[IPV6]:PORT"; an IPv6 address without brackets has no port.
Entry split(std::string_view entry) {
  if (entry.starts_with('[')) {
    const std::size_t end = entry.find("]:");
    if (end != std::string_view::npos) return {.host = entry.substr(1, end - 1), .port = entry.substr(end + 2)};
  }
  const std::size_t colon = entry.find(':');
  if (colon == std::string_view::npos || colon != entry.rfind(':')) return {.host = entry, .port = {}};
  return {.host = entry.substr(0, colon), .port = entry.substr(colon + 1)};
}

bool is_of_domain(std::string_view host, std::string domain) {
  if (domain.starts_with("*.")) domain.erase(0, 1);
  if (domain.starts_with('.')) return host.ends_with(domain);
  return host == domain || host.ends_with("." + domain);
}

bool matches(std::string_view text, std::string_view host, const std::optional<Address>& address,
             const std::string& port) {
  if (text == "*") return true;
  if (const auto contained = in_cidr(text, address)) return *contained;
  const Entry entry = split(text);
  if (entry.host.empty() || (!entry.port.empty() && entry.port != port)) return false;
  if (const auto listed = parse_address(entry.host)) return address && *address == *listed;
  return !address && is_of_domain(host, std::string(entry.host));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

}  // namespace

bool is_loopback(std::string_view host) {
  if (host == "localhost") return true;
  const auto address = parse_address(host);
  if (!address) return false;
  return address->is_v4 ? address->bytes[12] == 127 : *address == *parse_address("::1");
}

bool is_listed(std::string_view no_proxy, std::string_view host, std::uint16_t port) {
  const std::string list = lower(no_proxy);
  const std::string name = lower(host);
  const auto address = parse_address(name);
  std::string_view rest = list;
  while (!rest.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    if (matches(trimmed(rest.substr(0, comma)), name, address, std::to_string(port))) return true;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return false;
}

}  // namespace everynode::http
