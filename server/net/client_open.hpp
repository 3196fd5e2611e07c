/// How a connection comes about: find the address, connect, pass a proxy, shake hands. Private to `net`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>

#include "client_stream.hpp"
#include "everynode/net/client.hpp"

namespace everynode::net {

/// A question to the resolver that can be given up. The resolver itself cannot be interrupted while it asks the
/// network, so its answer comes to an object of its own, and whoever has no time left goes on without it.
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

/// Opens `stream`. Nothing: all went well.
boost::asio::awaitable<std::optional<Failure>> open(ClientStream& stream, const Origin& origin, Lookup& lookup);

}  // namespace everynode::net
