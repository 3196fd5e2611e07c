#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <stdexcept>

#include "everynode/net/server.hpp"

namespace everynode::net {
namespace {

[[noreturn]] void refuse(const std::string& text, const std::string& why) {
  throw std::invalid_argument("\"" + text + "\" is no address to listen on: " + why +
                              " (expected IP:PORT, such as 0.0.0.0:8443)");
}

std::uint16_t port_of(const std::string& text, std::string_view digits) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || end != digits.data() + digits.size())
    refuse(text, "the port is no number from 0 to 65535");
  return port;
}

}  // namespace

Endpoint Endpoint::parse(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos) refuse(text, "the port is missing");
  Endpoint endpoint{.host = text.substr(0, colon), .port = port_of(text, std::string_view(text).substr(colon + 1))};
  const bool bracketed = endpoint.host.starts_with('[') && endpoint.host.ends_with(']');
  if (bracketed) endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
  if (endpoint.host.empty() && !bracketed) endpoint.host = "0.0.0.0";
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(endpoint.host, error);
  if (error) refuse(text, "\"" + endpoint.host + "\" is no IP address");
  if (address.is_v6() != bracketed) refuse(text, "an IPv6 address stands in brackets, an IPv4 address does not");
  return endpoint;
}

}  // namespace everynode::net
