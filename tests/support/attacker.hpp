/// The other side of a connection that does not keep to the rules: it sends what it likes, when it likes.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "tls_channel.hpp"

namespace everynode::support {

/// Where attackers call from; who is healthy calls from 127.0.0.1.
inline constexpr const char* attackers_address = "127.0.0.2";

/// A TCP connection to a port of loopback; blocking, but never for more than its patience.
class Peer {
 public:
  explicit Peer(std::uint16_t port, std::chrono::milliseconds patience = std::chrono::seconds(5),
                const char* from = attackers_address);
  ~Peer();
  Peer(Peer&& other) noexcept;
  Peer& operator=(Peer&&) = delete;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] bool connected() const { return connected_; }
  /// False if the other side has gone, or takes nothing more.
  bool send(std::string_view bytes);
  /// All that comes until the other side closes, or is silent for as long as we are patient.
  [[nodiscard]] std::string receive();
  /// True if the other side has closed; what came before is thrown away.
  [[nodiscard]] bool closed() const;

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  bool connected_ = false;
};

/// TLS as a client speaks it that may be old, or want things that are no longer done.
class TlsPeer {
 public:
  struct Offer {
    int oldest = TLS1_2_VERSION;
    int newest = TLS1_3_VERSION;
    std::chrono::milliseconds patience = std::chrono::seconds(5);
  };

  TlsPeer(std::uint16_t port, Offer offer);
  explicit TlsPeer(std::uint16_t port) : TlsPeer(port, Offer{}) {}

  /// The handshake has succeeded.
  [[nodiscard]] bool secure() const { return secure_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(session_.get()); }
  bool send(std::string_view bytes);
  /// Until the other side closes, or is silent for as long as we are patient.
  [[nodiscard]] std::string receive();
  /// Until what came contains the text.
  [[nodiscard]] std::string receive_until(std::string_view text);

  /// Asks for another handshake on this connection; TLS 1.2. False if it was not done.
  [[nodiscard]] bool renegotiate();
  /// Asks for a new key that often; TLS 1.3. False if the other side had enough of it.
  [[nodiscard]] bool update_keys(int times);

  [[nodiscard]] Peer& peer() { return peer_; }

 private:
  Peer peer_;
  std::unique_ptr<SSL_CTX, SslDelete> context_;
  std::unique_ptr<SSL, SslDelete> session_;
  bool secure_ = false;
};

/// The first message of a TLS handshake, as bytes.
[[nodiscard]] std::string client_hello();

}  // namespace everynode::support
