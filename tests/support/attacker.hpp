/// A client that breaks the rules: it sends anything at any time.
#pragma once

#include <openssl/ssl.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "certificate.hpp"
#include "tls_channel.hpp"

namespace everynode::support {

/// Attackers connect from this address; healthy clients connect from 127.0.0.1.
inline constexpr const char* attackers_address = "127.0.0.2";

/// A blocking TCP connection to a port of loopback. No call blocks for longer than its patience.
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
  /// False if the server has gone or accepts no more.
  bool send(std::string_view bytes);
  /// Everything that comes until the server closes, or is silent for longer than our patience.
  [[nodiscard]] std::string receive();
  /// True if the server has closed; discards what came before.
  [[nodiscard]] bool closed() const;

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
  bool connected_ = false;
};

/// A TLS client that may be old, or may ask for things that servers no longer do.
class TlsPeer {
 public:
  struct Offer {
    int oldest = TLS1_2_VERSION;
    int newest = TLS1_3_VERSION;
    std::chrono::milliseconds patience = std::chrono::seconds(5);
    const Certificate* own = nullptr;  ///< to show, if the server asks for one
  };

  TlsPeer(std::uint16_t port, Offer offer);
  explicit TlsPeer(std::uint16_t port) : TlsPeer(port, Offer{}) {}

  /// Whether the handshake has succeeded.
  [[nodiscard]] bool secure() const { return secure_; }
  [[nodiscard]] std::string version() const { return SSL_get_version(session_.get()); }
  bool send(std::string_view bytes);
  /// Reads until the server closes, or is silent for longer than our patience.
  [[nodiscard]] std::string receive();
  /// Reads until the received text contains `text`.
  [[nodiscard]] std::string receive_until(std::string_view text);

  /// Asks for another handshake on this connection; TLS 1.2. False if the server did not do it.
  [[nodiscard]] bool renegotiate();
  /// Asks for a new key `times` times; TLS 1.3. False if the server ended this.
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
