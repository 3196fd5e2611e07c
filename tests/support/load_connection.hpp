/// One client connection, TCP, TLS and HTTP/1.1 on an event loop: it opens, sends requests, and reports the phase of a
/// failure.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "load.hpp"
#include "tls_channel.hpp"

namespace everynode::support {

using Clock = std::chrono::steady_clock;

class LoadConnection {
 public:
  struct Trouble {
    Failure reason;
    std::string text;
    bool nothing_written = false;  ///< no byte of the request was sent: it is safe to begin again
  };
  struct Answer {
    unsigned status = 0;
    std::string body;
  };

  LoadConnection(boost::asio::io_context& loop, const TlsClient& client);
  ~LoadConnection();
  LoadConnection(const LoadConnection&) = delete;
  LoadConnection& operator=(const LoadConnection&) = delete;

  /// Connects and does the TLS handshake.
  [[nodiscard]] boost::asio::awaitable<std::expected<void, Trouble>> open(boost::asio::ip::tcp::endpoint server);

  /// Writes a whole request and reads the whole answer. Closes the connection when the server says so and after any
  /// failure.
  [[nodiscard]] boost::asio::awaitable<std::expected<Answer, Trouble>> exchange(std::string_view request);

  [[nodiscard]] bool is_open() const { return channel_ != nullptr; }

  /// True if an open, idle connection can still be used: the server has neither closed it nor sent anything unasked.
  [[nodiscard]] bool usable() { return channel_->quiet(); }

  /// The certificate that the server showed; after open().
  [[nodiscard]] std::string fingerprint() const { return channel_->fingerprint(); }

  void close();

  /// An operation under way fails with Failure::timeout at the first call of expire() after this time.
  void set_deadline(Clock::time_point deadline);
  void expire(Clock::time_point now);

 private:
  [[nodiscard]] boost::asio::awaitable<std::expected<void, Trouble>> write(std::string_view request);
  [[nodiscard]] boost::asio::awaitable<std::expected<Answer, Trouble>> read();
  boost::asio::awaitable<bool> wait(TlsChannel::Progress wanted);

  Trouble trouble(Failure reason, std::string_view text);

  const TlsClient& client_;
  boost::asio::ip::tcp::socket socket_;
  std::unique_ptr<TlsChannel> channel_;
  boost::beast::flat_buffer buffer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool expired_ = false;
};

}  // namespace everynode::support
