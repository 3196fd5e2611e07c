/// A server for tests of clients, with or without TLS: a thread per connection does what a script says, right or wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "certificate.hpp"

namespace everynode::support {

struct ScriptedServerOptions {
  bool tls = true;
  Certificate certificate = self_signed("DNS:localhost");
  std::string client_authority = {};  ///< PEM; clients must show a certificate that this CA signed
};

class ScriptedServer {
 public:
  /// One connection, as the script sees it.
  class Peer {
   public:
    virtual ~Peer() = default;

    /// The next request with its body; empty when the client is gone.
    virtual std::string read_request() = 0;
    /// False: the client is gone, or the server stops.
    virtual bool write(std::string_view text) = 0;
    /// Waits, and ends early with false if the client goes or the server stops.
    virtual bool wait(std::chrono::milliseconds time) = 0;
    /// Closes with a TCP reset, without TLS's close_notify.
    virtual void reset() = 0;
  };
  /// Runs once for each connection; when it returns, the connection is closed properly.
  using Script = std::function<void(Peer&)>;

  /// Listens on 127.0.0.1. From now on this process ignores SIGPIPE.
  explicit ScriptedServer(Script script, ScriptedServerOptions options = {});
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

  /// The certificate, which is its own CA, as PEM.
  [[nodiscard]] std::string certificate() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// A 200 with this body, on a connection that stays open.
[[nodiscard]] std::string ok_answer(std::string_view body);

}  // namespace everynode::support
