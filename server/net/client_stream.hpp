/// A socket with or without TLS on it, as one type. Private to `net`.
#pragma once

#include <openssl/ssl.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <utility>

namespace everynode::net {

class ClientStream {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Socket&>;
  using executor_type = Socket::executor_type;

  explicit ClientStream(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }

  /// From now on all goes through TLS, beginning with the handshake that the caller does.
  Tls& wrap(boost::asio::ssl::context& context) { return tls_.emplace(socket_, context); }

  /// Null without TLS.
  [[nodiscard]] SSL* session() { return tls_ ? tls_->native_handle() : nullptr; }

  /// Reads what is here already. `would_block`: nothing is. The socket must be `non_blocking`.
  std::size_t read_received(boost::asio::mutable_buffer into, boost::system::error_code& error) {
    return tls_ ? tls_->read_some(into, error) : socket_.read_some(into, error);
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const auto start = [this](auto handler, const Buffers& into) {
      if (tls_) return tls_->async_read_some(into, std::move(handler));
      socket_.async_read_some(into, std::move(handler));
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(start, token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const auto start = [this](auto handler, const Buffers& from) {
      if (tls_) return tls_->async_write_some(from, std::move(handler));
      socket_.async_write_some(from, std::move(handler));
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(start, token, buffers);
  }

 private:
  Socket socket_;
  std::optional<Tls> tls_;
};

}  // namespace everynode::net
