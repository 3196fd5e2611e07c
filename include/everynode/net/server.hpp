/// An HTTP/1.1 server, over TLS or in the clear: N worker threads with an event loop each; a connection never changes
/// its thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "everynode/http/answer.hpp"

namespace boost::asio {
class io_context;
}

namespace everynode::net {

class ClientAuthorities;
class TlsIdentity;

/// Where to listen.
struct Endpoint {
  std::string host;        ///< an IP address; IPv6 without brackets
  std::uint16_t port = 0;  ///< 0: the kernel chooses

  /// Reads `host:port` (`0.0.0.0:8443`, `[::]:8443`, `:8443` for all IPv4 addresses).
  /// Throws std::invalid_argument that says what is wrong.
  static Endpoint parse(const std::string& text);
};

/// What one client may cost. Times are counted from the start of the phase that they bound, to a second.
struct Limits {
  std::size_t header_bytes = 16 * 1024;
  std::size_t body_bytes =
      7 * 1024 * 1024;             ///< two objects of 3 MiB and 1 MiB for the rest, as controller-runtime allows
  std::size_t connections = 1000;  ///< for the whole server; beyond it, a new one evicts another
  std::size_t in_flight = 256;     ///< requests, for the whole server; beyond it: 429 with Retry-After
  /// Bodies of all requests in flight, for the whole server; beyond it requests wait for room, then get a 429.
  std::size_t bodies_bytes = 8 * 1024 * 1024;
  std::chrono::seconds handshake{10};
  std::chrono::seconds header{10};
  std::chrono::seconds body{10};
  std::chrono::seconds write{10};
  std::chrono::seconds idle{120};  ///< longer than the 90 s after which the API server's client closes by itself
};

/// What the server saw, for metrics. Called from worker threads; must not block.
struct Observer {
  std::function<void(bool ok, std::chrono::nanoseconds)> handshake = [](bool, std::chrono::nanoseconds) {};
  std::function<void(std::ptrdiff_t change)> connections = [](std::ptrdiff_t) {};
  /// The server closed a connection for want of room, or because the client took too long. `from` is an IP address; it
  /// is empty if the connection was not even accepted.
  std::function<void(std::string_view reason, const std::string& from)> refused = [](std::string_view,
                                                                                     const std::string&) {};
  /// A request that never reached the handler: malformed, too large, too slow, too many, not admitted.
  std::function<void(http::Status)> rejected = [](http::Status) {};
  /// A request that the gate refused. `from` is an IP address.
  std::function<void(std::string_view reason, const std::string& from)> not_admitted = [](std::string_view,
                                                                                          const std::string&) {};
};

/// Why a request is not admitted, in a word, and its answer.
struct Refusal {
  std::string_view reason;  ///< a literal
  http::Response response;
};

/// Says whether a request may be made at all, by its head: the body of one that may not is never read, and its
/// connection ends. One Gate per worker thread.
using Gate = std::function<std::optional<Refusal>(const http::Head&)>;

/// Answers one request. One Handler per worker thread, so it may keep state without locks. While an answer is postponed
/// the thread serves other connections.
using Handler = std::function<http::Answer(const http::Request&)>;

/// An answer in parts: events as they come, until the client or the server goes or the stream ends. Lives on the
/// connection's loop.
class EventStream {
 public:
  EventStream() = default;
  virtual ~EventStream() = default;
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;

  /// Status, type and headers of the answer; its body is not looked at.
  [[nodiscard]] virtual http::Response head() = 0;
  /// What is sent next; empty: nothing yet; nullopt: the answer ends here. It is asked for when all that came before
  /// has gone to the kernel, so a client that reads slowly costs no memory: what happens meanwhile is for the stream to
  /// put together.
  [[nodiscard]] virtual std::optional<std::string> next() = 0;
  /// Called once, before `next`: `wake` makes the connection ask again. It is valid as long as the stream lives.
  virtual void on_news(std::function<void()> wake) = 0;
};

/// The stream that answers a request; null: the handler answers it.
using Streams = std::function<std::unique_ptr<EventStream>(const http::Request&)>;

struct ServerOptions {
  Endpoint listen;
  unsigned threads = 1;  ///< 0: serve on the control loop itself
  Limits limits;
  Observer observer;
  std::function<Handler()> make_handler;       ///< called once for each worker, before it starts
  std::function<Gate()> make_gate = {};        ///< the same; empty: every request is admitted
  std::function<Streams()> make_streams = {};  ///< the same; empty: the handler answers all requests
  /// TLS: the certificate that new connections are served with. Null: plain HTTP.
  const TlsIdentity* tls = nullptr;
  /// With a gate, and a `tls` that asks for certificates: who signs those of the clients that we trust.
  const ClientAuthorities* client_authorities = nullptr;
};

class Server {
 public:
  /// Binds and listens; accepts as soon as `control` runs. `control`, `options.tls` and
  /// `options.client_authorities` must outlive the server, and
  /// `control` must not run after the server is gone. Throws std::system_error whose text names the address (in use,
  /// not ours, not permitted).
  Server(boost::asio::io_context& control, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// The address on which the server listens, with the port that the kernel chose.
  [[nodiscard]] Endpoint endpoint() const;

  /// True if the event loop of each worker thread has turned within the last `tolerance`. The control loop does not
  /// count: a caller on it sees that it turns.
  [[nodiscard]] bool alive(std::chrono::milliseconds tolerance) const;

  /// From now on each response carries `Connection: close`; connections are still accepted and served.
  void retire_connections();

  /// Stops accepting, closes idle connections (longest idle first), lets requests in flight finish until `grace` is
  /// over, then calls `done` on the control loop with the number of connections that had to be cut.
  void stop(std::chrono::milliseconds grace, std::function<void(std::size_t cut)> done);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace everynode::net
