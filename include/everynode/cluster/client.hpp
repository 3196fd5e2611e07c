/// The Kubernetes API over HTTP/1.1: a pool of keep-alive connections on one event loop.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
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
  bool attended = false;              ///< a person at our terminal can read what the plugin says there, and can log in
  std::chrono::seconds patience{30};  ///< then we end the plugin; with a person, after five minutes
};

struct ClientOptions {
  std::size_t connections = 64;              ///< at most, for requests; each stream has an extra one
  std::chrono::seconds request_timeout{30};  ///< for one request, without its wait for a connection
  std::chrono::seconds silence_timeout{90};  ///< a stream without a byte for this long counts as broken
  std::string user_agent = {};               ///< e.g. "everynode-reconciler/0.1.0"
  PluginOptions plugin = {};
  /// Accept compressed lists, unless the kubeconfig has `disable-compression`. The API server compresses from 128 KiB
  /// on.
  bool compression = false;
  std::shared_ptr<Identity> identity = {};  ///< of another client: both then share one run of a credential plugin
};

/// Receives what the client does, for metrics (`rest_client_*`). Called on the event loop.
struct ClientObserver {
  std::function<void(const kube::Request&, unsigned status, std::chrono::nanoseconds)> answered =
      [](const kube::Request&, unsigned, std::chrono::nanoseconds) {};  ///< status 0: no reply
};

/// Handles an event of a stream: a line of JSON or a frame of protobuf, valid during the call. Returns false to end it.
using OnEvent = std::function<bool(std::string_view event, kube::Encoding encoding)>;

/// Returns how long the next part of a stream may wait for more. Called after each read.
using GatherTime = std::function<std::chrono::milliseconds()>;

/// The server answered a watch with 200: events follow, or none for a while.
using OnAccepted = std::function<void()>;

/// How long a stream may be silent from now on; nullopt: for `ClientOptions::silence_timeout`.
using Patience = std::function<std::optional<std::chrono::seconds>()>;

/// Not thread-safe: use it only on the event loop that it was made for.
class Client {
 public:
  /// Throws std::invalid_argument if the certificates in `config` cannot be used; `load_config` has checked them.
  Client(boost::asio::any_io_executor executor, Config config, ClientOptions options, ClientObserver observer = {});
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Sends one request and returns the whole answer. Does not retry after a 429: later requests wait for Retry-After.
  /// After a 401 it sends the request once more if files or a credential plugin have other credentials by then. If a
  /// kept connection turns out to be closed before any answer, it sends the request once more on a new connection,
  /// provided that no part of it had been sent, or that it only reads.
  [[nodiscard]] Awaitable<kube::Outcome> send(kube::Request request);

  /// Sends a watch and passes its body on event by event. Ends when the server closes the stream (a Reply with status
  /// 200 and no body), refuses it (its Reply), or falls silent (NoReply).
  [[nodiscard]] Awaitable<kube::Outcome> stream(
      kube::Request request, OnEvent on_event, GatherTime gather_time = at_once, OnAccepted on_accepted = [] {},
      Patience patience = [] { return std::nullopt; });

  /// Closes all connections; requests under way end with NoReply.
  void close();

  /// For another client of the same configuration, on the same event loop.
  [[nodiscard]] std::shared_ptr<Identity> identity() const;

 private:
  static std::chrono::milliseconds at_once() { return {}; }

  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace everynode::cluster
