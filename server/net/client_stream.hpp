/// A socket, with or without TLS on it, or with TLS in TLS (through an HTTPS proxy), as one type. Private to `net`.
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
  template <class Visit>
  decltype(auto) visit(Visit visit) {
    if (inner_) return visit(*inner_);
    return tls_ ? visit(*tls_) : visit(socket_);
  }

 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Socket&>;
  using Inner = boost::asio::ssl::stream<Tls&>;
  using executor_type = Socket::executor_type;

  explicit ClientStream(const boost::asio::any_io_executor& executor) : socket_(executor) {}

  executor_type get_executor() { return socket_.get_executor(); }
  Socket& socket() { return socket_; }

  /// From now on everything goes through TLS, or through one more layer of it. The handshake comes next.
  void wrap(boost::asio::ssl::context& context) {
    if (tls_) {
      inner_.emplace(*tls_, context);
    } else {
      tls_.emplace(socket_, context);
    }
  }

  /// The session of the innermost TLS; null without TLS.
  [[nodiscard]] SSL* session() {
    if (inner_) return inner_->native_handle();
    return tls_ ? tls_->native_handle() : nullptr;
  }

  template <class Token>
  auto async_handshake(Token&& token) {
    const auto start = [this](auto handler) {
      constexpr auto client = boost::asio::ssl::stream_base::client;
      if (inner_) return inner_->async_handshake(client, std::move(handler));
      tls_->async_handshake(client, std::move(handler));
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code)>(start, token);
  }

  /// Reads what has already arrived. `would_block`: nothing has. The socket must be `non_blocking`.
  std::size_t read_received(boost::asio::mutable_buffer into, boost::system::error_code& error) {
    return visit([&](auto& layer) { return layer.read_some(into, error); });
  }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    const auto start = [this](auto handler, const Buffers& into) {
      this->visit([&](auto& layer) { layer.async_read_some(into, std::move(handler)); });
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(start, token, buffers);
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    const auto start = [this](auto handler, const Buffers& from) {
      this->visit([&](auto& layer) { layer.async_write_some(from, std::move(handler)); });
    };
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(start, token, buffers);
  }

 private:
  Socket socket_;
  std::optional<Tls> tls_;
  std::optional<Inner> inner_;
};

}  // namespace everynode::net
