#include "load_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace everynode::support {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using Progress = TlsChannel::Progress;

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;  // one TLS record
constexpr std::size_t kAnswerBytes = 16 * 1024 * 1024;

}  // namespace

LoadConnection::LoadConnection(asio::io_context& loop, const TlsClient& client) : client_(client), socket_(loop) {}

LoadConnection::~LoadConnection() {
  close();
}

asio::awaitable<std::expected<void, LoadConnection::Trouble>> LoadConnection::open(asio::ip::tcp::endpoint server) {
  const auto [refused] = co_await socket_.async_connect(server, kAsTuple);
  if (refused) co_return std::unexpected(trouble(Failure::connect, refused.message()));
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  channel_ = std::make_unique<TlsChannel>(client_, socket_.native_handle());
  buffer_.clear();

  while (true) {
    const TlsChannel::Step step = channel_->handshake();
    if (step.progress == Progress::moved) co_return std::expected<void, Trouble>();
    if (step.progress == Progress::closed || step.progress == Progress::broken) {
      co_return std::unexpected(trouble(Failure::handshake, channel_->trouble()));
    }
    const bool goes_on = co_await wait(step.progress);
    if (!goes_on) co_return std::unexpected(trouble(Failure::handshake, "cancelled"));
  }
}

asio::awaitable<std::expected<LoadConnection::Answer, LoadConnection::Trouble>> LoadConnection::exchange(
    std::string_view request) {
  std::expected<void, Trouble> written = co_await write(request);
  if (!written) co_return std::unexpected(std::move(written.error()));
  std::expected<Answer, Trouble> answer = co_await read();
  co_return answer;
}

asio::awaitable<std::expected<void, LoadConnection::Trouble>> LoadConnection::write(std::string_view request) {
  std::string_view rest = request;
  while (!rest.empty()) {
    const TlsChannel::Step step = channel_->write(rest);
    if (step.progress == Progress::moved) {
      rest.remove_prefix(step.bytes);
      continue;
    }
    const bool nothing_written = rest.size() == request.size();
    if (step.progress == Progress::closed || step.progress == Progress::broken) {
      Trouble found = trouble(Failure::write, channel_->trouble());
      found.nothing_written = nothing_written;
      co_return std::unexpected(std::move(found));
    }
    const bool goes_on = co_await wait(step.progress);
    if (!goes_on) co_return std::unexpected(trouble(Failure::write, "cancelled"));
  }
  // The answer cannot have arrived yet: waiting at once saves a read that would find nothing.
  const bool ready = co_await wait(Progress::wants_read);
  if (!ready) co_return std::unexpected(trouble(Failure::eof, "cancelled"));
  co_return std::expected<void, Trouble>();
}

asio::awaitable<std::expected<LoadConnection::Answer, LoadConnection::Trouble>> LoadConnection::read() {
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(kAnswerBytes);
  while (!parser.is_done()) {
    const auto room = buffer_.prepare(kReadBytes);
    const TlsChannel::Step step = channel_->read(std::span<char>(static_cast<char*>(room.data()), room.size()));
    error_code error;
    if (step.progress == Progress::moved) {
      buffer_.commit(step.bytes);
      const std::size_t taken = parser.put(buffer_.data(), error);
      buffer_.consume(taken);
      if (error == http::error::need_more) error = {};
    } else if (step.progress == Progress::closed && parser.got_some() && parser.is_header_done() && parser.need_eof()) {
      parser.put_eof(error);
    } else if (step.progress == Progress::closed || step.progress == Progress::broken) {
      co_return std::unexpected(trouble(Failure::eof, channel_->trouble()));
    } else {
      const bool goes_on = co_await wait(step.progress);
      if (!goes_on) co_return std::unexpected(trouble(Failure::eof, "cancelled"));
    }
    if (error) co_return std::unexpected(trouble(Failure::malformed, error.message()));
  }
  Answer answer{.status = parser.get().result_int(), .body = std::move(parser.get().body())};
  if (!parser.keep_alive() || buffer_.size() > 0) close();
  co_return answer;
}

asio::awaitable<bool> LoadConnection::wait(Progress wanted) {
  const auto event = wanted == Progress::wants_write ? asio::socket_base::wait_write : asio::socket_base::wait_read;
  const auto [error] = co_await socket_.async_wait(event, kAsTuple);
  co_return !error;
}

LoadConnection::Trouble LoadConnection::trouble(Failure reason, std::string_view text) {
  Trouble found{.reason = expired_ ? Failure::timeout : reason, .text = std::string(text)};
  if (expired_) found.text = "during " + std::string(name(reason));
  close();
  return found;
}

void LoadConnection::close() {
  if (channel_) channel_->say_goodbye();
  channel_.reset();
  error_code ignored;
  socket_.close(ignored);
  buffer_.clear();
}

void LoadConnection::set_deadline(Clock::time_point deadline) {
  deadline_ = deadline;
  expired_ = false;
}

void LoadConnection::expire(Clock::time_point now) {
  if (now < deadline_) return;
  expired_ = true;
  error_code ignored;
  socket_.cancel(ignored);
}

}  // namespace everynode::support
