#include "worker.hpp"

#include <openssl/ssl.h>
#include <openssl/sslerr.h>

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <ctime>
#include <utility>
#include <vector>

#include "session.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds tick_time{500};
constexpr std::chrono::seconds closing_time{2};

/// The API server waits no longer for any webhook.
constexpr std::chrono::seconds longest_postponement{30};

/// While the server stops: how long a connection may take to send its first request.
constexpr std::chrono::seconds first_request_time{1};

/// The answer to plain HTTP on the TLS port; Go's server says the same.
constexpr std::string_view plain_on_tls =
    "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n"
    "Client sent an HTTP request to an HTTPS server.\n";

/// The client's address; "0.0.0.0" if the client has gone already.
asio::ip::address address_of(const Socket& socket) {
  boost::system::error_code gone;
  return socket.remote_endpoint(gone).address();
}

bool is_plain_http(const boost::system::error_code& error) {
  return error.category() == asio::error::get_ssl_category() &&
         ERR_GET_REASON(static_cast<unsigned long>(error.value())) == SSL_R_HTTP_REQUEST;
}

}  // namespace

Worker::Worker(asio::io_context& loop, const Limits& limits, Bodies& bodies,
               const std::vector<std::unique_ptr<Worker>>& peers, const Observer& observer, Service service)
    : loop_(loop),
      limits_(limits),
      bodies_(bodies),
      peers_(peers),
      observer_(observer),
      service_(std::move(service)),
      timer_(loop.get_executor()),
      last_turn_(Clock::now().time_since_epoch().count()) {}

void Worker::start() {
  heartbeats_ = true;
  keep_time();
}

void Worker::adopt(Socket socket, std::shared_ptr<const TlsContext> tls) {
  ++adopting_;
  asio::post(loop_, [this, taken = std::move(socket), shared = std::move(tls)]() mutable {
    --adopting_;
    const bool full = connections_.size() - evicted_ >= limits_.connections;
    if (full && !make_room()) return observer_.refused("no_room", address_of(taken).to_string());
    asio::co_spawn(loop_, serve(std::move(taken), std::move(shared)), asio::detached);
  });
}

/// TLS 1.3 lets a client ask for new keys as often as it likes, and we read nothing of it: each time costs us more than
/// it costs the client. Clients of webhooks never ask.
struct Worker::KeyUpdates {
  static constexpr int most = 32;

  Worker& worker;
  Connection& connection;
  int count = 0;

  static void on_message(int sent, int, int content, const void* bytes, std::size_t size, SSL*, void* self) {
    const bool update = sent == 0 && content == SSL3_RT_HANDSHAKE && size > 0 &&
                        *static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE;
    if (!update) return;
    auto& updates = *static_cast<KeyUpdates*>(self);
    if (++updates.count > most && !updates.connection.evicted) updates.worker.evict(updates.connection, "key_updates");
  }
};

Awaitable<void> Worker::serve(Socket socket, std::shared_ptr<const TlsContext> tls) {
  boost::system::error_code ignored;
  socket.set_option(asio::ip::tcp::no_delay(true), ignored);
  if (!tls) {
    const Place connection = add(socket);
    Session<Socket> session(*this, connection, socket);
    co_await session.run();
    remove(connection);
    co_return;
  }
  // A client that sends nothing costs a socket, not the buffers of a TLS stream.
  const Place connection = add(socket);
  const auto [silent] = co_await socket.async_wait(Socket::wait_read, as_worker_result);
  connection->spoke = !silent && socket.available(ignored) > 0;
  if (connection->spoke) co_await await_turn(connection);
  if (!connection->spoke || connection->evicted) {
    remove(connection);
    co_return;
  }
  TlsStream stream(std::move(socket), tls->context);
  connection->socket = &stream.next_layer();
  const auto began = Clock::now();
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_worker_result);
  observer_.handshake(!error, Clock::now() - began);
  if (!error) {
    KeyUpdates updates{.worker = *this, .connection = *connection};
    SSL_set_msg_callback(stream.native_handle(), KeyUpdates::on_message);
    SSL_set_msg_callback_arg(stream.native_handle(), &updates);
    Session<TlsStream> session(*this, connection, stream);
    co_await session.run();
  } else if (is_plain_http(error)) {
    const auto text = asio::buffer(plain_on_tls);
    co_await asio::async_write(stream.next_layer(), text, as_worker_result);
  }
  remove(connection);
}

/// A handshake is expensive, and a flood of handshakes must not delay the clients that have done theirs: between two
/// handshakes, the loop does all its other work.
Awaitable<void> Worker::await_turn(Place connection) {
  Timer turn(loop_.get_executor(), Clock::time_point::max());
  connection->turn = &turn;
  waiting_.push_back(&*connection);
  begin_turn();
  co_await turn.async_wait(as_worker_result);
  connection->turn = nullptr;
  std::erase(waiting_, &*connection);
}

void Worker::begin_turn() {
  if (waiting_.empty() || std::exchange(turning_, true)) return;
  asio::post(loop_, [this] {
    turning_ = false;
    if (waiting_.empty()) return;
    const auto next = next_turn();
    (*next)->turn->cancel();
    waiting_.erase(next);
    begin_turn();
  });
}

Worker::Place Worker::add(Socket& socket) {
  const auto client = clients_.try_emplace(address_of(socket)).first;
  ++client->second.strangers;
  connections_.push_back({.socket = &socket, .client = client});
  ++open_;
  observer_.connections(+1);
  const Place connection = std::prev(connections_.end());
  enter(connection, Phase::handshake);
  keep_time();
  return connection;
}

void Worker::remove(Place connection) {
  end_request(*connection);
  evicted_ -= connection->evicted ? 1 : 0;
  Client& client = connection->client->second;
  --(connection->served ? client.served : client.strangers);
  if (client.served + client.strangers == 0) clients_.erase(connection->client);
  connections_.erase(connection);
  --open_;
  observer_.connections(-1);
}

void Worker::enter(Place connection, Phase phase) {
  const auto allowed = [&]() -> std::chrono::seconds {
    switch (phase) {
      case Phase::handshake:
        return limits_.handshake;
      case Phase::idle:
        return closing_ ? first_request_time : limits_.idle;
      case Phase::streaming:
        return limits_.idle;
      case Phase::header:
        return limits_.header;
      case Phase::body:
        return limits_.body;
      case Phase::handling:
        return longest_postponement;
      case Phase::write:
        return limits_.write;
      case Phase::closing:
        return closing_time;
    }
    return {};
  };
  connection->phase = phase;
  connection->since = Clock::now();
  connection->deadline = connection->since + allowed();
}

void Worker::served(Place connection) {
  if (std::exchange(connection->served, true)) return;
  Client& client = connection->client->second;
  --client.strangers;
  ++client.served;
}

void Worker::keep_time() {
  if (!std::exchange(keeps_time_, true)) asio::co_spawn(loop_, tick(), asio::detached);
}

/// Wakes up only while there is something to time out.
Awaitable<void> Worker::tick() {
  while (heartbeats_ || !connections_.empty()) {
    last_turn_ = Clock::now().time_since_epoch().count();
    time_out();
    timer_.expires_after(tick_time);
    const auto [error] = co_await timer_.async_wait(as_worker_result);
    if (error) co_return;
  }
  keeps_time_ = false;
}

http::Answer Worker::handle(const http::Request& request) try {
  return service_.handler(request);
} catch (const std::exception& error) {
  return http::failure(http::Status::internal_server_error, error.what());
}

http::Response Worker::respond(const http::Postponed& postponed, const http::Request& request) try {
  return postponed.respond(request);
} catch (const std::exception& error) {
  return http::failure(http::Status::internal_server_error, error.what());
}

void Worker::close_idle() {
  closing_ = true;
  asio::post(loop_, [this] {
    const auto now = Clock::now();
    std::vector<Connection*> idle;
    for (Connection& connection : connections_) {
      if (connection.phase == Phase::streaming) connection.turn->cancel();
      if (connection.phase != Phase::idle) continue;
      connection.deadline = std::min(connection.deadline, now + first_request_time);
      // If bytes have arrived, they are a request that the client will not send again. A new connection was made for a
      // request.
      boost::system::error_code error;
      const bool request_expected = connection.socket->available(error) > 0 || !connection.served;
      if (!request_expected) idle.push_back(&connection);
    }
    std::ranges::sort(idle, {}, &Connection::since);
    for (Connection* connection : idle) {
      boost::system::error_code ignored;
      connection->socket->cancel(ignored);
    }
  });
}

void Worker::cut() {
  asio::post(loop_, [this] {
    timer_.cancel();
    boost::system::error_code ignored;
    for (Connection& connection : connections_) {
      connection.socket->close(ignored);
      if (connection.turn != nullptr) connection.turn->cancel();
    }
  });
}

const std::string& Worker::http_date() {
  const std::time_t now = std::time(nullptr);
  if (now == date_second_) return date_;
  date_second_ = now;
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc);
  date_.assign(text.data(), length);
  return date_;
}

}  // namespace everynode::net
