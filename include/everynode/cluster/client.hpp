/// The Kubernetes API over HTTP/1.1: a pool of keep-alive connections that lives on one event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "everynode/cluster/config.hpp"
#include "everynode/kube/reply.hpp"
#include "everynode/kube/request.hpp"

namespace everynode::cluster {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

class Identity;

/// How a credential plugin is run.
struct PluginOptions {
  bool attended = false;  ///< somebody is at our terminal: he sees what it says there, and may have to log in somewhere
  std::chrono::seconds patience{30};  ///< then it is ended; when attended, after five minutes
};

struct ClientOptions {
  std::size_t connections = 64;              ///< at most, for requests; each stream has one of its own beside them
  std::chrono::seconds request_timeout{30};  ///< for one request, its wait for a connection not counted
  std::chrono::seconds silence_timeout{90};  ///< for a stream: without a byte for this long it counts as broken
  std::string user_agent = {};               ///< e.g. "everynode-reconciler/0.1.0"
  PluginOptions plugin = {};
  std::shared_ptr<Identity> identity = {};  ///< another client's: a credential plugin is run once for both
};

/// What the client saw, for metrics (`rest_client_*`). Called on the event loop.
struct ClientObserver {
  std::function<void(const kube::Request&, unsigned status, std::chrono::nanoseconds)> answered =
      [](const kube::Request&, unsigned, std::chrono::nanoseconds) {};  ///< status 0: no reply
};

/// Takes an event of a stream: a line of JSON or a frame of protobuf, valid during the call. False: no more of them.
using OnEvent = std::function<bool(std::string_view event, kube::Encoding encoding)>;

/// How long what comes next of a stream may wait for more. Asked whenever some of it was read.
using GatherTime = std::function<std::chrono::milliseconds()>;

/// Not thread-safe: all of it runs on the event loop that it was made for.
class Client {
 public:
  /// Throws std::invalid_argument if the certificates in `config` cannot be used; `load_config` has checked them.
  Client(boost::asio::any_io_executor executor, Config config, ClientOptions options, ClientObserver observer = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends one request and gives the whole answer. 429 is not retried here: the next requests wait for Retry-After.
  /// After a 401 the request is sent again, once, if files or a credential plugin have other credentials by then.
  /// If a kept connection proves closed before any answer, the request is sent again, once, on a new one: provided that
  /// nothing of it had gone out, or that it only reads.
  [[nodiscard]] Awaitable<kube::Outcome> send(kube::Request request);

  /// Sends a watch and gives its body event by event. Ends when the server closes (a Reply with status 200 and no
  /// body), refuses (its Reply), or falls silent (NoReply).
  [[nodiscard]] Awaitable<kube::Outcome> stream(kube::Request request, OnEvent on_event,
                                                GatherTime gather_time = at_once);

  /// Closes all connections; what waits ends with NoReply.
  void close();

  /// For the options of another client of the same configuration, on the same event loop.
  [[nodiscard]] std::shared_ptr<Identity> identity() const;

 private:
  static std::chrono::milliseconds at_once() { return {}; }

  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace everynode::cluster
