/// One HTTP/1.1 connection to a server: it is opened, asks, and reads the answer, one request after another. It knows
/// no pool, no retries and no Kubernetes.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "everynode/http/message.hpp"
#include "everynode/http/proxy.hpp"
#include "everynode/net/client_tls.hpp"

namespace everynode::net {

/// Whom to connect to.
struct Origin {
  std::string host;  ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  std::shared_ptr<const ClientTls> tls;  ///< null: plain HTTP
  std::string server_name;               ///< the name that the certificate must have; empty: `host`
  std::optional<http::Proxy> proxy = {};
  std::shared_ptr<const ClientTls> proxy_tls = {};  ///< what an HTTPS proxy is trusted by

  /// "https://HOST:PORT".
  [[nodiscard]] std::string text() const;
};

enum class FailureKind : std::uint8_t {
  unresolved,        ///< the name has no address
  refused,           ///< nobody listens there
  unreachable,       ///< any other way in which no connection comes about
  no_tls,            ///< the server does not speak TLS, or none that we speak
  untrusted,         ///< its certificate comes from a CA that we do not trust
  wrong_name,        ///< its certificate is for other names
  outdated,          ///< its certificate has expired, or is not valid yet
  own_certificate,   ///< our certificate has expired, or the server refuses it
  timed_out,         ///< the time that `expires_at` gave is over
  closed,            ///< the server has closed the connection
  broken,            ///< the connection broke
  malformed,         ///< what came is no HTTP/1.1 answer
  too_large,         ///< the body is longer than we read
  cancelled,         ///< `cancel` was called
  refused_by_proxy,  ///< the proxy opens no way to the server
};

struct Failure {
  FailureKind kind = FailureKind::broken;
  std::string detail;     ///< the system's or the library's words
  bool sent = false;      ///< something of the request went out
  bool answered = false;  ///< something of an answer came
  bool at_proxy = false;  ///< it is the proxy that there is trouble with
};

struct ClientRequest {
  std::string_view method;
  std::string_view target;
  std::vector<http::Header> headers;  ///< beyond Host and Content-Length
  std::string_view body;
};

struct ResponseHead {
  unsigned status = 0;
  std::optional<std::chrono::seconds> retry_after;
  std::string content_type;  ///< empty: it did not say
};

/// Not thread-safe. One operation at a time; `cancel` at any time.
class ClientConnection {
 public:
  ClientConnection(boost::asio::any_io_executor executor, Origin origin);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  /// What is not done by then ends with `timed_out`, and so does all after it. `max()`: it may take forever.
  void expires_at(std::chrono::steady_clock::time_point time);

  /// Finds the address, connects and shakes hands. Nothing: all went well.
  boost::asio::awaitable<std::optional<Failure>> connect();

  /// Sends the request and reads the head of the answer. What `request` refers to must stay until then.
  boost::asio::awaitable<std::expected<ResponseHead, Failure>> send(const ClientRequest& request);

  /// The whole body of the answer, with `padding` bytes of capacity to spare.
  boost::asio::awaitable<std::expected<std::string, Failure>> read_body(std::size_t limit, std::size_t padding);

  /// The next piece of the body, valid until the next call; empty at its end.
  boost::asio::awaitable<std::expected<std::string_view, Failure>> read_piece();

  /// Lets what comes next of the body gather in the kernel for so long, without waking up for each part of it. Ends
  /// early once that is much, or the connection is closed; at once if not all that has come was given yet.
  boost::asio::awaitable<void> gather(std::chrono::milliseconds time);

  /// True if another request can be sent: the last answer was read to its end, both sides keep the connection, and the
  /// server has not closed it since.
  [[nodiscard]] bool reusable() const;

  /// Closes at once; what waits ends with `cancelled`.
  void cancel();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace everynode::net
