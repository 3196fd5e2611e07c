/// The server's certificate: read from PEM, checked, and exchanged while connections go on.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

namespace everynode::net {

enum class TlsVersion { v1_2, v1_3 };

/// Whether clients are asked for a certificate of their own. They may go on without one.
enum class ClientCertificates { not_asked, asked };

/// A certificate chain and its private key, as PEM text.
struct KeyPair {
  std::string chain;
  std::string key;
};

/// One checked certificate with its OpenSSL context. Immutable; connections share it for as long as they live.
class TlsContext;

/// What readiness and metrics need to know about a certificate. Times are whole seconds: a clock of nanoseconds ends in
/// 2262, and certificates write "no end" as 9999-12-31 (RFC 5280, 4.1.2.5).
struct CertificateFacts {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::string fingerprint;  ///< SHA-256 of the leaf's DER, in hex

  [[nodiscard]] bool holds(std::chrono::sys_seconds now) const { return not_before <= now && now < not_after; }
};

/// The current time in whole seconds, as certificates have it.
[[nodiscard]] std::chrono::sys_seconds seconds_now();

/// The certificate in force. `exchange` and the accept loop live on the control thread; a session keeps the certificate
/// that it began with.
class TlsIdentity {
 public:
  explicit TlsIdentity(TlsVersion minimum, ClientCertificates clients = ClientCertificates::not_asked);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  /// Puts a new pair in force for new connections. On error the old pair stays in force, and the text says what is
  /// wrong with the new one: not PEM, no certificate, key of another certificate, encrypted key; or it is not valid
  /// `now`, while the old one is.
  [[nodiscard]] std::expected<CertificateFacts, std::string> exchange(const KeyPair& pair,
                                                                      std::chrono::sys_seconds now);

  [[nodiscard]] const CertificateFacts& facts() const;
  [[nodiscard]] std::shared_ptr<const TlsContext> current() const;

 private:
  TlsVersion minimum_;
  ClientCertificates clients_;
  CertificateFacts facts_;
  std::shared_ptr<const TlsContext> current_;
};

}  // namespace everynode::net
