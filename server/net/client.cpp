#include "everynode/net/client.hpp"

#include <sys/socket.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <utility>

#include "client_failure.hpp"
#include "client_open.hpp"
#include "client_proxy.hpp"
#include "client_stream.hpp"
#include "everynode/http/url.hpp"
#include "everynode/http/warning.hpp"
#include "everynode/net/as_result.hpp"
#include "everynode/net/gzip.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::awaitable;
using std::chrono::steady_clock;

/// As much as one TLS record can carry.
constexpr std::size_t read_size = 16 * 1024;
/// The reader returns a piece of a body once it is this long, so that other coroutines get a turn.
constexpr std::size_t piece_size = 64 * 1024;
/// While a body gathers, less than this does not wake us up. The kernel's buffer holds twice as much by default.
constexpr int gathered_size = 64 * 1024;
/// The line end behind a chunk's data is read together with the next chunk.
constexpr std::size_t chunk_end_size = 2;
constexpr std::uint32_t header_limit = 64 * 1024;

/// If a proxy passes the request on, its first line names the server too (RFC 9112, 3.2.2).
std::string head_of(const ClientRequest& request, const Origin& origin) {
  const bool passed_on = passes_requests_on(origin);
  const std::string text = origin.text();
  std::string head;
  head.append(request.method).append(" ");
  if (passed_on) head += text;
  head.append(request.target).append(" HTTP/1.1\r\nHost: ").append(text, text.find("://") + 3).append("\r\n");
  if (passed_on && origin.proxy->has_user) {
    const std::string authorization = http::basic_authorization(origin.proxy->user, origin.proxy->password);
    head.append("Proxy-Authorization: ").append(authorization).append("\r\n");
  }
  for (const http::Header& header : request.headers)
    head.append(header.name).append(": ").append(header.value).append("\r\n");
  const bool has_body = request.method != "GET";
  if (has_body) head.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  return head.append("\r\n");
}

std::optional<std::chrono::seconds> seconds_of(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(value);
}

}  // namespace

std::string Origin::text() const {
  return (tls ? "https://" : "http://") + http::authority_of(host, port);
}

class ClientConnection::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, Origin origin)
      : origin_(std::move(origin)),
        stream_(executor),
        timer_(executor),
        gathering_(executor),
        lookup_(std::make_shared<Lookup>(executor)) {
    buffer_.reserve(read_size);
  }

  void expires_at(steady_clock::time_point time) {
    deadline_ = time;
    if (time == steady_clock::time_point::max()) {
      timer_.cancel();
      armed_ = false;
    } else if (!armed_ || timer_.expiry() > time) {
      arm();
    }
  }

  awaitable<std::optional<Failure>> connect();
  awaitable<std::expected<ResponseHead, Failure>> send(const ClientRequest& request);
  awaitable<std::expected<std::string, Failure>> read_body(std::size_t limit, std::size_t padding);
  awaitable<std::expected<std::string_view, Failure>> read_piece();
  awaitable<void> gather(std::chrono::milliseconds time);

  [[nodiscard]] bool reusable() {
    const bool ended = !stopped_ && parser_ && parser_->is_done() && parser_->keep_alive() && buffer_.size() == 0;
    return ended && parser_->get().result() != beast::http::status::switching_protocols && idle_and_open();
  }

  /// Only the first reason counts.
  void stop(FailureKind reason) {
    if (stopped_) return;
    stopped_ = reason;
    timer_.cancel();
    gathering_.cancel();
    lookup_->cancel();
    boost::system::error_code ignored;
    stream_.socket().close(ignored);
  }

 private:
  using Socket = ClientStream::Socket;
  using Parser = beast::http::response_parser<beast::http::string_body>;

  /// Each piece of a watch moves the deadline, so the timer is not set anew each time: it checks the deadline when it
  /// fires.
  void arm() {
    armed_ = true;
    timer_.expires_at(deadline_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      const auto self = weak.lock();
      if (error || !self || !self->armed_) return;
      self->armed_ = false;
      if (steady_clock::now() < self->deadline_) return self->arm();
      self->stop(FailureKind::timed_out);
    });
  }

  void expect_head() {
    parser_.emplace();
    parser_->header_limit(header_limit);
    parser_->body_limit(boost::none);
  }

  awaitable<boost::system::error_code> read_head();

  /// Gives what has arrived to the parser at once: another turn of the event loop would cost more than parsing it.
  boost::system::error_code take_received() {
    boost::system::error_code error;
    drained_ = false;
    while (!parser_->is_done() && parser_->get().body().size() < piece_size) {
      const std::size_t used = parser_->put(buffer_.data(), error);
      buffer_.consume(used);
      if (error && error != beast::http::error::need_more) return error;
      if (used > 0 && !error) continue;
      buffer_.commit(stream_.read_received(buffer_.prepare(read_size), error));
      if (!error) continue;
      drained_ = error == asio::error::would_block && buffer_.size() <= chunk_end_size;
      break;  // the next read meets any other error again
    }
    return {};
  }

  /// An idle server sends nothing: if there is something to read, the server is closing the connection.
  [[nodiscard]] bool idle_and_open() {
    char byte = 0;
    const auto size = recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  [[nodiscard]] std::unexpected<Failure> failed(const boost::system::error_code& error, bool sent) {
    Failure failure = exchange_failure(error);
    if (stopped_) failure.kind = *stopped_;
    failure.sent = sent;
    failure.answered = interim_ || (parser_ && (parser_->got_some() || buffer_.size() > 0));
    return std::unexpected(std::move(failure));
  }

  Origin origin_;
  ClientStream stream_;
  asio::steady_timer timer_;
  asio::steady_timer gathering_;
  std::shared_ptr<Lookup> lookup_;
  steady_clock::time_point deadline_ = steady_clock::time_point::max();
  bool armed_ = false;
  std::optional<FailureKind> stopped_;
  beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  bool interim_ = false;   ///< an interim answer has come
  bool drained_ = false;   ///< everything that had arrived of the body was returned
  bool gathered_ = false;  ///< nothing was returned since the body gathered
  std::string out_;
};

awaitable<std::optional<Failure>> ClientConnection::Impl::connect() {
  std::optional<Failure> failure = co_await open(stream_, origin_, *lookup_);
  if (failure && stopped_) failure->kind = *stopped_;
  co_return failure;
}

awaitable<std::expected<ResponseHead, Failure>> ClientConnection::Impl::send(const ClientRequest& request) {
  out_ = head_of(request, origin_);
  out_ += request.body;
  interim_ = false;
  expect_head();
  const auto bytes = asio::buffer(out_);
  const auto [write_error, written] = co_await asio::async_write(stream_, bytes, as_result);
  out_ = {};
  const bool given_up = stopped_ || write_error == asio::error::operation_aborted;
  if (write_error && given_up) co_return failed(write_error, written > 0);
  // A server that refuses us answers and closes while we still write, so there may be an answer even if writing failed.
  const boost::system::error_code read_error = co_await read_head();
  if (read_error) {
    const bool knows_more = !write_error || exchange_failure(read_error).kind == FailureKind::own_certificate;
    co_return failed(knows_more ? read_error : write_error, !write_error || written > 0);
  }
  const auto& message = parser_->get();
  ResponseHead head{.status = message.result_int(), .retry_after = {}, .content_type = {}, .warnings = {}};
  head.retry_after = seconds_of(message[beast::http::field::retry_after]);
  head.content_type = message[beast::http::field::content_type];
  const auto [warning, end] = message.equal_range(beast::http::field::warning);
  for (auto field = warning; field != end; ++field) http::append_warnings(field->value(), head.warnings);
  co_return head;
}

/// Reads the head of the answer, after any interim answers (100 Continue, 103 Early Hints): RFC 9110, 15.2.
awaitable<boost::system::error_code> ClientConnection::Impl::read_head() {
  while (true) {
    const auto [error, read] = co_await beast::http::async_read_header(stream_, buffer_, *parser_, as_result);
    if (error) co_return error;
    const auto& head = parser_->get();
    const bool is_final = head.result_int() >= 200 || head.result() == beast::http::status::switching_protocols;
    if (is_final) co_return error;
    interim_ = true;
    expect_head();
  }
}

awaitable<std::expected<std::string, Failure>> ClientConnection::Impl::read_body(std::size_t limit,
                                                                                 std::size_t padding) {
  const boost::system::error_code too_large = beast::http::error::body_limit;
  const std::uint64_t expected = parser_->content_length().value_or(0);
  if (expected > limit) co_return failed(too_large, true);
  std::string& body = parser_->get().body();
  body.reserve(expected + padding);
  parser_->body_limit(limit);
  const auto [error, read] = co_await beast::http::async_read(stream_, buffer_, *parser_, as_result);
  if (error) co_return failed(error, true);
  if (beast::iequals(parser_->get()[beast::http::field::content_encoding], "gzip")) {
    auto text = gunzip(body, limit, padding);
    if (text) co_return std::move(*text);
    const std::string detail = "a body that is no gzip of at most " + std::to_string(limit) + " bytes";
    co_return std::unexpected(
        Failure{.kind = FailureKind::malformed, .detail = detail, .sent = true, .answered = true});
  }
  if (body.capacity() < body.size() + padding) body.reserve(body.size() + padding);
  co_return std::move(body);
}

awaitable<std::expected<std::string_view, Failure>> ClientConnection::Impl::read_piece() {
  std::string& body = parser_->get().body();
  body.clear();
  parser_->eager(false);  // an eager one holds data back until the next chunk begins
  boost::system::error_code error;
  if (std::exchange(gathered_, false)) error = take_received();
  while (!error && body.empty() && !parser_->is_done()) {
    const auto [waited, read] = co_await beast::http::async_read_some(stream_, buffer_, *parser_, as_result);
    error = waited ? waited : take_received();
  }
  if (error) co_return failed(error, true);
  co_return std::string_view(body);
}

awaitable<void> ClientConnection::Impl::gather(std::chrono::milliseconds time) {
  using LowWatermark = asio::socket_base::receive_low_watermark;
  if (stopped_ || !drained_) co_return;
  boost::system::error_code ignored;
  Socket& socket = stream_.socket();
  socket.set_option(LowWatermark(gathered_size), ignored);
  gathering_.expires_after(time);
  socket.async_wait(Socket::wait_read, [weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->gathering_.cancel();
  });
  co_await gathering_.async_wait(as_result);
  socket.cancel(ignored);
  socket.set_option(LowWatermark(1), ignored);
  gathered_ = true;
}

ClientConnection::ClientConnection(asio::any_io_executor executor, Origin origin)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(origin))) {}

ClientConnection::~ClientConnection() {
  impl_->stop(FailureKind::cancelled);
}

void ClientConnection::expires_at(steady_clock::time_point time) {
  impl_->expires_at(time);
}

awaitable<std::optional<Failure>> ClientConnection::connect() {
  return impl_->connect();
}

awaitable<std::expected<ResponseHead, Failure>> ClientConnection::send(const ClientRequest& request) {
  return impl_->send(request);
}

awaitable<std::expected<std::string, Failure>> ClientConnection::read_body(std::size_t limit, std::size_t padding) {
  return impl_->read_body(limit, padding);
}

awaitable<std::expected<std::string_view, Failure>> ClientConnection::read_piece() {
  return impl_->read_piece();
}

awaitable<void> ClientConnection::gather(std::chrono::milliseconds time) {
  return impl_->gather(time);
}

bool ClientConnection::reusable() const {
  return impl_->reusable();
}

void ClientConnection::cancel() {
  impl_->stop(FailureKind::cancelled);
}

}  // namespace everynode::net
