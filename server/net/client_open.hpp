/// How a connection is opened: find the address, connect, pass a proxy, do the TLS handshake. Private to `net`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "client_stream.hpp"
#include "everynode/net/client.hpp"

namespace everynode::net {

/// A name lookup that can be given up. The resolver cannot be interrupted while it asks the network, so its answer goes
/// to an object of its own, and a caller that has no time left goes on without it.
class Lookup : public std::enable_shared_from_this<Lookup> {
 public:
  using Addresses = boost::asio::ip::tcp::resolver::results_type;

  explicit Lookup(const boost::asio::any_io_executor& executor);

  /// The addresses, or the error; operation_aborted after `cancel`.
  boost::asio::awaitable<Addresses> find(const std::string& host, std::uint16_t port, boost::system::error_code& error);
  void cancel();

 private:
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::steady_timer done_;
  boost::system::error_code error_;
  Addresses addresses_;
};

/// Opens `stream`. nullopt: success.
boost::asio::awaitable<std::optional<Failure>> open(ClientStream& stream, const Origin& origin, Lookup& lookup);

}  // namespace everynode::net
