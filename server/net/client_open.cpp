#include "client_open.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <boost/asio/connect.hpp>

#include "certificate.hpp"
#include "client_context.hpp"
#include "client_failure.hpp"
#include "client_proxy.hpp"
#include "everynode/net/as_result.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
using asio::awaitable;
using asio::ip::tcp;
using boost::system::error_code;

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

/// Names the server in the handshake, and says which name its certificate must have (RFC 6125, RFC 6066): without the
/// dot that ends an absolute name, and among the alternative names, as with Go.
void expect_name(SSL* session, std::string name, bool verifies) {
  if (name.ends_with('.')) name.pop_back();
  if (is_address(name)) {
    if (verifies) X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), name.c_str());
    return;
  }
  SSL_set_tlsext_host_name(session, name.c_str());
  if (!verifies) return;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  SSL_set1_host(session, name.c_str());
}

std::optional<Failure> own_certificate_expired(const Origin& origin) {
  const auto expires = origin.tls ? origin.tls->expires() : std::nullopt;
  if (!expires || seconds_now() < *expires) return {};
  return Failure{.kind = FailureKind::own_certificate, .detail = "it expired at " + to_text(*expires)};
}

/// Keepalive lets the kernel find kept connections whose other side has vanished silently. Non-blocking mode lets us
/// read what has already arrived without waiting.
void set_options(tcp::socket& socket) {
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
}

/// Connects to the server, or to its proxy if there is one.
awaitable<std::optional<Failure>> connect(ClientStream& stream, const Origin& origin, Lookup& lookup) {
  const std::string& host = origin.proxy ? origin.proxy->host : origin.host;
  const std::uint16_t port = origin.proxy ? origin.proxy->port : origin.port;
  error_code lookup_error;
  const Lookup::Addresses addresses = co_await lookup.find(host, port, lookup_error);
  if (lookup_error) co_return connect_failure(lookup_error, nullptr);
  const auto [connect_error, endpoint] = co_await asio::async_connect(stream.socket(), addresses, as_result);
  if (connect_error) co_return connect_failure(connect_error, nullptr);
  set_options(stream.socket());
  co_return std::nullopt;
}

}  // namespace

awaitable<std::optional<Failure>> shake_hands(ClientStream& stream, const ClientTls& trust, const std::string& name) {
  stream.wrap(trust.context().ssl);
  expect_name(stream.session(), name, trust.verifies());
  const auto [tls_error] = co_await stream.async_handshake(as_result);
  if (tls_error) co_return connect_failure(tls_error, stream.session());
  co_return std::nullopt;
}

Lookup::Lookup(const asio::any_io_executor& executor)
    : resolver_(executor), done_(executor, asio::steady_timer::time_point::max()) {}

awaitable<Lookup::Addresses> Lookup::find(const std::string& host, std::uint16_t port, error_code& error) {
  const auto address = asio::ip::make_address(host, error);
  if (!error) co_return Addresses::create(tcp::endpoint(address, port), host, {});
  const auto self = shared_from_this();
  self->error_ = asio::error::operation_aborted;
  const auto answered = [self](const error_code& problem, Addresses addresses) {
    self->error_ = problem;
    self->addresses_ = std::move(addresses);
    self->done_.cancel();
  };
  resolver_.async_resolve(host, std::to_string(port), tcp::resolver::numeric_service, answered);
  co_await done_.async_wait(as_result);
  error = self->error_;
  co_return std::move(self->addresses_);
}

void Lookup::cancel() {
  resolver_.cancel();
  done_.cancel();
}

awaitable<std::optional<Failure>> open(ClientStream& stream, const Origin& origin, Lookup& lookup) {
  if (auto failure = own_certificate_expired(origin)) co_return failure;
  auto failure = co_await connect(stream, origin, lookup);
  if (!failure && origin.proxy) failure = co_await pass_proxy(stream, origin);
  if (failure && origin.proxy) failure->at_proxy = true;
  if (failure || !origin.tls) co_return failure;
  const std::string& name = origin.server_name.empty() ? origin.host : origin.server_name;
  failure = co_await shake_hands(stream, *origin.tls, name);
  co_return failure;
}

}  // namespace everynode::net
