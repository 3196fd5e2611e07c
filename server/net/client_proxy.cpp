#include "client_proxy.hpp"

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include "client_failure.hpp"
#include "everynode/http/socks.hpp"
#include "everynode/http/url.hpp"
#include "everynode/net/as_result.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;

constexpr std::uint32_t proxy_header_limit = 16 * 1024;

Failure refusal(std::string words) {
  return {.kind = FailureKind::refused_by_proxy, .detail = std::move(words)};
}

/// RFC 9110, 9.3.6.
std::string connect_request(const Origin& origin) {
  const std::string target = http::authority_of(origin.host, origin.port);
  std::string head = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
  if (origin.proxy->has_user) {
    head += "Proxy-Authorization: " + http::basic_authorization(origin.proxy->user, origin.proxy->password) + "\r\n";
  }
  return head + "\r\n";
}

awaitable<std::optional<Failure>> ask_for_tunnel(ClientStream& stream, const Origin& origin) {
  const std::string request = connect_request(origin);
  const auto bytes = asio::buffer(request);
  const auto [write_error, written] = co_await asio::async_write(stream, bytes, as_result);
  if (write_error) co_return exchange_failure(write_error);
  beast::flat_buffer buffer;
  while (true) {
    beast::http::response_parser<beast::http::empty_body> parser;
    parser.header_limit(proxy_header_limit);
    parser.skip(true);  // what follows comes from the server
    const auto [error, read] = co_await beast::http::async_read_header(stream, buffer, parser, as_result);
    if (error) co_return exchange_failure(error);
    const unsigned status = parser.get().result_int();
    if (status / 100 == 1) continue;
    const std::string reason(parser.get().reason());
    if (status / 100 != 2) co_return refusal("it answers " + std::to_string(status) + " " + reason);
    if (buffer.size() > 0) co_return refusal("it sends something before the server could");
    co_return std::nullopt;
  }
}

awaitable<std::optional<Failure>> ask_by_socks(ClientStream& stream, const Origin& origin) {
  http::SocksMachine machine(*origin.proxy, origin.host, origin.port);
  std::string input;
  while (machine.wanted() > 0) {
    const std::string output = machine.take_output();
    const auto out_bytes = asio::buffer(output);
    const auto [write_error, written] = co_await asio::async_write(stream, out_bytes, as_result);
    if (write_error) co_return exchange_failure(write_error);
    input.resize(machine.wanted());
    const auto in_bytes = asio::buffer(input);
    const auto [read_error, read] = co_await asio::async_read(stream, in_bytes, as_result);
    if (read_error) co_return exchange_failure(read_error);
    machine.feed(input);
  }
  if (!machine.done()) co_return refusal(machine.problem());
  co_return std::nullopt;
}

}  // namespace

bool passes_requests_on(const Origin& origin) {
  return origin.proxy && origin.proxy->kind != http::Proxy::Kind::socks5 && !origin.tls;
}

awaitable<std::optional<Failure>> pass_proxy(ClientStream& stream, const Origin& origin) {
  std::optional<Failure> failure;
  if (origin.proxy->kind == http::Proxy::Kind::socks5) {
    failure = co_await ask_by_socks(stream, origin);
    co_return failure;
  }
  if (origin.proxy->kind == http::Proxy::Kind::https)
    failure = co_await shake_hands(stream, *origin.proxy_tls, origin.proxy->host);
  if (!failure && !passes_requests_on(origin)) failure = co_await ask_for_tunnel(stream, origin);
  co_return failure;
}

}  // namespace everynode::net
