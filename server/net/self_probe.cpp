#include "everynode/net/self_probe.hpp"

#include <openssl/ssl.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "certificate.hpp"
#include "everynode/net/tls.hpp"
#include "worker.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using Answer = std::expected<void, std::string>;

constexpr std::chrono::seconds patience{2};

asio::ip::tcp::endpoint reachable(const Endpoint& endpoint) {
  auto address = asio::ip::make_address(endpoint.host);
  if (address.is_unspecified() && address.is_v4()) address = asio::ip::address_v4::loopback();
  if (address.is_unspecified() && address.is_v6()) address = asio::ip::address_v6::loopback();
  return {address, endpoint.port};
}

/// It verifies nothing: the probe compares the certificate with our own instead.
asio::ssl::context& client_context() {
  static asio::ssl::context context(asio::ssl::context::tls_client);
  return context;
}

Awaitable<Answer> ask(TlsStream& stream, asio::ip::tcp::endpoint address, const TlsIdentity& identity) {
  const auto [connect_error] = co_await stream.next_layer().async_connect(address, as_worker_result);
  if (connect_error) co_return std::unexpected("cannot connect to it: " + connect_error.message());
  boost::system::error_code ignored;
  stream.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
  const std::string before = identity.facts().fingerprint;
  const auto [handshake_error] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_worker_result);
  if (handshake_error) co_return std::unexpected("no TLS handshake with it: " + handshake_error.message());
  const std::string served = fingerprint_of(SSL_get0_peer_certificate(stream.native_handle()));
  // The certificate may have been exchanged during the handshake.
  if (served != before && served != identity.facts().fingerprint)
    co_return std::unexpected("it serves another certificate than the one loaded");

  beast::http::request<beast::http::empty_body> request{beast::http::verb::get, "/healthz", 11};
  request.set(beast::http::field::host, "localhost");
  request.keep_alive(false);
  const auto [write_error, written] = co_await beast::http::async_write(stream, request, as_worker_result);
  if (write_error) co_return std::unexpected("cannot write to it: " + write_error.message());
  beast::flat_buffer buffer;
  beast::http::response<beast::http::string_body> response;
  const auto [read_error, bytes] = co_await beast::http::async_read(stream, buffer, response, as_worker_result);
  if (read_error) co_return std::unexpected("it does not answer: " + read_error.message());
  if (response.result() != beast::http::status::ok)
    co_return std::unexpected("/healthz answers " + std::to_string(response.result_int()));
  co_return Answer();
}

Awaitable<void> probe(asio::io_context& loop, asio::ip::tcp::endpoint address, const TlsIdentity& identity,
                      std::function<void(Answer)> done) {
  using asio::experimental::awaitable_operators::operator||;
  TlsStream stream(Socket(loop.get_executor()), client_context());
  Timer timer(loop.get_executor(), patience);
  const auto outcome = co_await (ask(stream, address, identity) || timer.async_wait(as_worker_result));
  const auto* answer = std::get_if<Answer>(&outcome);
  done(answer != nullptr ? *answer : std::unexpected(std::string("it does not answer within two seconds")));
}

}  // namespace

void self_probe(asio::io_context& loop, const Endpoint& endpoint, const TlsIdentity& identity,
                std::function<void(Answer)> done) {
  asio::co_spawn(loop, probe(loop, reachable(endpoint), identity, std::move(done)), asio::detached);
}

}  // namespace everynode::net
