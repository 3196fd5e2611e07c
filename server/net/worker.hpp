/// One event loop of a server and the connections that live on it. Private to `net`.
#pragma once

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <list>
#include <map>
#include <memory>
#include <vector>

#include "bodies.hpp"
#include "everynode/net/server.hpp"
#include "tls_context.hpp"

namespace everynode::net {

using Clock = std::chrono::steady_clock;
// Named executors instead of any_io_executor: each asynchronous step saves an allocation and a virtual call.
using Executor = boost::asio::io_context::executor_type;
template <class T>
using Awaitable = boost::asio::awaitable<T, Executor>;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using TlsStream = boost::asio::ssl::stream<Socket>;
using Timer = boost::asio::basic_waitable_timer<Clock, boost::asio::wait_traits<Clock>, Executor>;
/// `as_result` for these coroutines.
constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> as_worker_result{};

/// What a connection is waiting for; each phase has its own deadline. `handling`: for us, as its answer is postponed.
enum class Phase { handshake, idle, header, body, handling, write, streaming, closing };

/// An address that connections come from. If it has many, they must not delay those of an address that has few.
struct Client {
  std::size_t strangers = 0;  ///< connections that were not answered yet
  std::size_t served = 0;     ///< connections that were
};
using Clients = std::map<boost::asio::ip::address, Client>;

/// A connection as its worker sees it: enough to time it out, to evict it and to drain it.
struct Connection {
  Socket* socket = nullptr;  ///< the lowest layer; valid while the connection is in the worker's list
  Clients::iterator client{};
  Phase phase = Phase::handshake;
  Clock::time_point since{};     ///< when the phase began
  Clock::time_point deadline{};  ///< when it must have ended
  bool spoke = false;            ///< has sent something
  bool served = false;           ///< has had at least one answer
  bool evicted = false;
  Timer* turn = nullptr;   ///< wakes the connection when its handshake may begin, or has news; set while it waits
  bool in_flight = false;  ///< its request counts, with the bytes of a body, or of an answer that we write
  std::size_t body_bytes = 0;
  std::size_t received = 0;  ///< of the body, so far
};

/// What a worker does with requests.
struct Service {
  Handler handler;
  Gate gate;                                              ///< empty: every request is admitted
  Streams streams;                                        ///< empty: the handler answers all requests
  const ClientAuthorities* client_authorities = nullptr;  ///< null: certificates of clients are not looked at
};

/// Only the loop's own thread uses it, except for the atomics and `adopt`, `retire`, `close_idle`, `cut` and `press`
/// (which post).
class Worker {
 public:
  /// Workers share `bodies`. `peers` lists all workers, and is complete before any of them runs.
  Worker(boost::asio::io_context& loop, const Limits& limits, Bodies& bodies,
         const std::vector<std::unique_ptr<Worker>>& peers, const Observer& observer, Service service);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Takes over a connection that was accepted for this loop. `tls` null: plain HTTP.
  void adopt(Socket socket, std::shared_ptr<const TlsContext> tls);

  /// From now on `last_turn` moves on even without connections.
  void start();

  /// From now on each answer ends its connection.
  void retire() { retiring_ = true; }
  /// Closes the connections that wait for a request, longest idle first.
  void close_idle();
  /// Closes all connections at once.
  void cut();
  /// Another worker needs room for a body: ends the connection that has kept us waiting longest.
  void press();

  boost::asio::io_context& loop() { return loop_; }
  [[nodiscard]] std::size_t open() const { return open_; }
  /// How many connections this worker was given and has not looked at yet.
  [[nodiscard]] std::size_t adopting() const { return adopting_; }
  [[nodiscard]] Clock::time_point last_turn() const { return Clock::time_point(Clock::duration(last_turn_)); }

  // For the session that serves a connection.
  using Place = std::list<Connection>::iterator;
  void enter(Place connection, Phase phase);
  /// The connection had its first answer.
  void served(Place connection);
  [[nodiscard]] bool retiring() const { return retiring_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  [[nodiscard]] const Observer& observer() const { return observer_; }
  /// Counts a request whose body is still to come, and evicts requests that keep us waiting for their bodies if it
  /// needs their place. False: there are too many requests in flight, or no room for the body.
  Awaitable<bool> begin_request(Place connection, std::size_t body_bytes);
  /// The request's body has gone, and an answer of this many bytes will be written. A small answer does not count.
  void answered(Connection& connection, std::size_t answer_bytes);
  void end_request(Connection& connection);
  http::Answer handle(const http::Request& request);
  /// The answer that was postponed.
  static http::Response respond(const http::Postponed& postponed, const http::Request& request);
  [[nodiscard]] const Service& service() const { return service_; }
  /// The time as an HTTP date (RFC 9110, 5.6.7), made once a second.
  const std::string& http_date();

 private:
  struct KeyUpdates;

  Awaitable<void> serve(Socket socket, std::shared_ptr<const TlsContext> tls);
  Awaitable<void> await_turn(Place connection);
  void begin_turn();
  [[nodiscard]] std::vector<Connection*>::iterator next_turn();
  void keep_time();
  Awaitable<void> tick();
  void time_out();
  bool make_room();
  [[nodiscard]] static bool keeps_waiting(const Connection& connection, Clock::time_point now);
  bool end_slowest_body();
  void evict(Connection& victim, std::string_view reason);
  Place add(Socket& socket);
  void remove(Place connection);

  boost::asio::io_context& loop_;
  Limits limits_;  ///< `connections` and `in_flight` are this worker's share
  Bodies& bodies_;
  const std::vector<std::unique_ptr<Worker>>& peers_;
  const Observer& observer_;
  const Service service_;
  Timer timer_;
  bool heartbeats_ = false;
  bool keeps_time_ = false;
  Clients clients_;
  std::list<Connection> connections_;
  std::size_t in_flight_ = 0;
  std::vector<Connection*> waiting_;  ///< connections that wait for their handshakes to begin, the newest last
  bool turning_ = false;
  std::size_t evicted_ = 0;  ///< connections that were closed and are still in the list
  std::string date_;
  std::time_t date_second_ = 0;
  std::atomic<bool> pressed_ = false;
  std::atomic<bool> retiring_ = false;
  std::atomic<bool> closing_ = false;  ///< idle connections are closed, now and later
  std::atomic<std::size_t> open_ = 0;
  std::atomic<std::size_t> adopting_ = 0;
  std::atomic<Clock::rep> last_turn_;
};

}  // namespace everynode::net
