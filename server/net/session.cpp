#include "session.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "everynode/net/tls.hpp"
#include "wire.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;

/// As much as one TLS record can carry.
constexpr std::size_t read_size = 16 * 1024;

/// Memory that a connection keeps between requests; more is given back.
constexpr std::size_t kept_size = 16 * 1024;

/// Room behind the body, so that the JSON parser may read past its end instead of copying it.
constexpr std::size_t body_padding = 64;

std::string_view view(beast::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

template <class Stream>
Session<Stream>::Session(Worker& worker, Worker::Place connection, Stream& stream)
    : worker_(worker), connection_(connection), stream_(stream), buffer_(worker.limits().header_bytes + read_size) {}

template <class Stream>
Awaitable<void> Session<Stream>::run() {
  while (co_await serve_one()) {
  }
  if (!connection_->evicted) co_await close();
}

template <class Stream>
Awaitable<bool> Session<Stream>::serve_one() {
  worker_.enter(connection_, Phase::idle);
  if (!co_await wait_for_bytes()) co_return false;

  worker_.enter(connection_, Phase::header);
  begin_parsing();
  const auto [header_error, header_bytes] =
      co_await beast::http::async_read_header(stream_, buffer_, *parser_, as_worker_result);
  if (header_error) {
    auto response = response_to(header_error, worker_.limits());
    if (!response) co_return false;
    co_return co_await refuse(std::move(*response));
  }
  auto refusal = refusal_of(*parser_);
  if (!refusal) refusal = refusal_by_gate();
  if (refusal) co_return co_await refuse(std::move(*refusal));
  const auto expected = static_cast<std::size_t>(parser_->content_length().value_or(0));
  if (lacks_bytes()) {
    const bool begun = co_await worker_.begin_request(connection_, expected);
    if (connection_->evicted) co_return false;
    if (!begun) {
      auto overloaded = too_many_requests();
      co_return co_await refuse(std::move(overloaded));
    }
  }
  if (!co_await read_body(expected)) co_return false;
  // Bytes behind the request would be a second, pipelined request. Our clients never pipeline; request smuggling does.
  const bool keep_alive = parser_->keep_alive() && buffer_.size() == 0 && !worker_.retiring();
  http::Request request = take_request();
  const Streams& streams = worker_.service().streams;
  if (streams) {
    if (const auto stream = streams(request)) {
      co_await send(*stream);
      co_return false;
    }
  }
  http::Answer answer = worker_.handle(request);
  if (auto* postponed = std::get_if<http::Postponed>(&answer)) {
    answer = co_await finish(std::move(*postponed), request);
    if (connection_->evicted) co_return false;
  }
  if (request.body.capacity() <= kept_size) body_ = std::move(request.body);
  auto& response = std::get<http::Response>(answer);
  worker_.answered(*connection_, response.body.size());
  co_return co_await write(std::move(response), keep_alive);
}

template <class Stream>
std::optional<http::Response> Session<Stream>::refusal_by_gate() {
  const Gate& gate = worker_.service().gate;
  if (!gate) return std::nullopt;
  const auto& message = parser_->get();
  const auto count = [&](beast::http::field name) { return message.count(name); };
  const bool one_host = count(beast::http::field::host) == 1;
  const bool origins = count(beast::http::field::origin) > 1;
  auto refusal = gate({.method = view(message.method_string()),
                       .target = view(message.target()),
                       .authorization = view(message[beast::http::field::authorization]),
                       .host = one_host ? view(message[beast::http::field::host]) : std::string_view(),
                       .origin = origins ? "several" : view(message[beast::http::field::origin]),
                       .certificate = client_certificate()});
  if (!refusal) return std::nullopt;
  worker_.observer().not_admitted(refusal->reason, connection_->client->first.to_string());
  return std::move(refusal->response);
}

template <class Stream>
const http::ClientCertificate* Session<Stream>::client_certificate() {
  const ClientAuthorities* authorities = worker_.service().client_authorities;
  if constexpr (std::is_same_v<Stream, TlsStream>) {
    if (authorities != nullptr) return certificate_.look(stream_.native_handle(), *authorities, seconds_now());
  }
  return nullptr;
}

/// Whether the client can still keep us waiting. A complete request is answered in one go, and takes no place.
template <class Stream>
bool Session<Stream>::lacks_bytes() const {
  if (parser_->is_done()) return false;
  const auto length = parser_->content_length();
  return !length || buffer_.size() < *length;
}

template <class Stream>
Awaitable<bool> Session<Stream>::read_body(std::size_t expected) {
  worker_.enter(connection_, Phase::body);
  parser_->get().body().reserve(expected + body_padding);
  parser_->eager(true);
  beast::error_code failed;
  while (!failed && !parser_->is_done()) {
    const auto [error, bytes] = co_await beast::http::async_read_some(stream_, buffer_, *parser_, as_worker_result);
    connection_->received += bytes;
    failed = error;
  }
  co_return !failed;
}

template <class Stream>
Awaitable<http::Response> Session<Stream>::finish(http::Postponed postponed, const http::Request& request) {
  worker_.enter(connection_, Phase::handling);
  co_await wait_for(postponed);
  co_return worker_.respond(postponed, request);
}

/// Whoever calls us back may do so when this connection, or the whole server, has gone.
template <class Stream>
Awaitable<void> Session<Stream>::wait_for(const http::Postponed& postponed) {
  const auto loop = worker_.loop().get_executor();
  const auto called = std::make_shared<Timer>(loop, Clock::time_point::max());
  postponed.wait([loop, waiting = std::weak_ptr(called)] {
    if (auto timer = waiting.lock()) asio::post(loop, [timer = std::move(timer)] { timer->cancel(); });
  });
  co_await called->async_wait(as_worker_result);
}

template <class Stream>
Awaitable<bool> Session<Stream>::wait_for_bytes() {
  if (buffer_.size() > 0) co_return true;
  if (buffer_.capacity() > kept_size) buffer_.shrink_to_fit();
  if (out_.capacity() > kept_size) out_ = std::string();
  const auto space = buffer_.prepare(read_size);
  const auto [error, bytes] = co_await stream_.async_read_some(space, as_worker_result);
  buffer_.commit(bytes);
  co_return !error;
}

template <class Stream>
void Session<Stream>::begin_parsing() {
  parser_.emplace();
  parser_->header_limit(static_cast<std::uint32_t>(worker_.limits().header_bytes));
  parser_->body_limit(worker_.limits().body_bytes);
  body_.clear();
  parser_->get().body() = std::move(body_);
}

template <class Stream>
http::Request Session<Stream>::take_request() {
  auto& message = parser_->get();
  http::Request request{.method = message.method_string(),
                        .target = message.target(),
                        .content_type = message[beast::http::field::content_type],
                        .body = std::move(message.body()),
                        .takes_gzip = http::takes_gzip(view(message[beast::http::field::accept_encoding]))};
  return request;
}

template <class Stream>
Awaitable<bool> Session<Stream>::write(http::Response response, bool keep_alive) {
  worker_.enter(connection_, Phase::write);
  out_.clear();
  serialize(std::move(response), keep_alive, worker_.http_date(), out_);
  const auto bytes = asio::buffer(out_);
  const auto [error, written] = co_await asio::async_write(stream_, bytes, as_worker_result);
  worker_.end_request(*connection_);
  worker_.served(connection_);
  co_return !error && keep_alive;
}

template <class Stream>
Awaitable<void> Session<Stream>::send(EventStream& stream) {
  Timer news(worker_.loop().get_executor(), Clock::time_point::max());
  stream.on_news([&news] { news.cancel(); });
  out_.clear();
  serialize_head(stream.head(), worker_.http_date(), out_);
  while (!worker_.retiring()) {
    worker_.enter(connection_, Phase::write);
    const auto bytes = asio::buffer(out_);
    const auto [error, written] = co_await asio::async_write(stream_, bytes, as_worker_result);
    worker_.served(connection_);
    if (error) co_return;
    std::optional<std::string> more = stream.next();
    for (; more && more->empty(); more = stream.next()) {
      worker_.enter(connection_, Phase::streaming);
      connection_->turn = &news;
      co_await news.async_wait(as_worker_result);
      connection_->turn = nullptr;
      if (worker_.retiring() || !connection_->socket->is_open()) co_return;
    }
    if (!more) co_return;
    out_ = std::move(*more);
  }
}

template <class Stream>
Awaitable<bool> Session<Stream>::refuse(http::Response response) {
  worker_.observer().rejected(response.status);
  co_return co_await write(std::move(response), false);
}

/// Closes our side and waits for the peer to close its own, so that no reset overtakes our last answer.
template <class Stream>
Awaitable<void> Session<Stream>::close() {
  worker_.enter(connection_, Phase::closing);
  if constexpr (std::is_same_v<Stream, TlsStream>) co_await stream_.async_shutdown(as_worker_result);
  auto& socket = stream_.lowest_layer();
  boost::system::error_code error;
  socket.shutdown(asio::socket_base::shutdown_send, error);
  buffer_.clear();
  while (!error) {
    const auto space = buffer_.prepare(read_size);
    const auto [read_error, bytes] = co_await connection_->socket->async_read_some(space, as_worker_result);
    error = read_error;
  }
}

template class Session<TlsStream>;
template class Session<Socket>;

}  // namespace everynode::net
