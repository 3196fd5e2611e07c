/// One HTTP/1.1 connection to a server: it opens, then sends one request after another and reads the answers. It knows
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

/// The server to connect to.
struct Origin {
  std::string host;  ///< a name or an IP address, IPv6 without brackets
  std::uint16_t port = 0;
  std::shared_ptr<const ClientTls> tls;  ///< null: plain HTTP
  std::string server_name;               ///< the name that the certificate must have; empty: `host`
  std::optional<http::Proxy> proxy = {};
  std::shared_ptr<const ClientTls> proxy_tls = {};  ///< decides whether we trust an HTTPS proxy

  /// "https://HOST:PORT".
  [[nodiscard]] std::string text() const;
};

enum class FailureKind : std::uint8_t {
  unresolved,        ///< the name has no address
  refused,           ///< nobody listens there
  unreachable,       ///< no connection came about for another reason
  no_tls,            ///< the server offers no TLS, or no version that we support
  untrusted,         ///< its certificate comes from a CA that we do not trust
  wrong_name,        ///< its certificate is for other names
  outdated,          ///< its certificate has expired, or is not valid yet
  own_certificate,   ///< our certificate has expired, or the server refuses it
  timed_out,         ///< the time that `expires_at` sets is over
  closed,            ///< the server has closed the connection
  broken,            ///< the connection broke
  malformed,         ///< the answer is not valid HTTP/1.1
  too_large,         ///< the body is longer than we read
  cancelled,         ///< `cancel` was called
  refused_by_proxy,  ///< the proxy does not connect us to the server
};

struct Failure {
  FailureKind kind = FailureKind::broken;
  std::string detail;     ///< the error text of the system or the library
  bool sent = false;      ///< part of the request was sent
  bool answered = false;  ///< part of an answer arrived
  bool at_proxy = false;  ///< the proxy failed, not the server
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
  std::string content_type;           ///< empty: it did not say
  std::vector<std::string> warnings;  ///< the texts of the headers Warning
};

/// Not thread-safe. One operation at a time; `cancel` at any time.
class ClientConnection {
 public:
  ClientConnection(boost::asio::any_io_executor executor, Origin origin);
  ~ClientConnection();
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  /// An operation that has not ended by `time` ends with `timed_out`, and so does each later one. `max()`: no deadline.
  void expires_at(std::chrono::steady_clock::time_point time);

  /// Resolves the name, connects and does the TLS handshake. nullopt: success.
  boost::asio::awaitable<std::optional<Failure>> connect();

  /// Sends the request and reads the head of the answer. Everything that `request` refers to must live until then.
  [[nodiscard]] boost::asio::awaitable<std::expected<ResponseHead, Failure>> send(const ClientRequest& request);

  /// The whole body of the answer, with `padding` bytes of capacity to spare. A Content-Encoding of gzip is undone;
  /// `limit` is for both.
  [[nodiscard]] boost::asio::awaitable<std::expected<std::string, Failure>> read_body(std::size_t limit,
                                                                                      std::size_t padding);

  /// The next piece of the body, valid until the next call; empty at the end of the body.
  [[nodiscard]] boost::asio::awaitable<std::expected<std::string_view, Failure>> read_piece();

  /// Waits up to `time` while the next part of the body gathers in the kernel, so that not each part of it wakes us up.
  /// Returns early if much has gathered or the connection is closed, and at once if some of what has arrived was not
  /// returned yet.
  boost::asio::awaitable<void> gather(std::chrono::milliseconds time);

  /// True if another request can be sent: the last answer was read to its end, both sides keep the connection, and the
  /// server has not closed it since.
  [[nodiscard]] bool reusable() const;

  /// Closes at once; an operation under way ends with `cancelled`.
  void cancel();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace everynode::net
