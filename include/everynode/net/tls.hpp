/// The server's certificate: read from PEM, checked, and exchanged while connections go on.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <string>

namespace everynode::net {

enum class TlsVersion { v1_2, v1_3 };

/// A certificate chain and its private key, as PEM text.
struct KeyPair {
  std::string chain;
  std::string key;
};

/// One checked certificate with its OpenSSL context. Immutable; connections share it for as long as they live.
class TlsContext;

/// What a certificate says, as far as readiness and metrics want to know. In whole seconds: a clock of nanoseconds ends
/// in 2262, and "no end" is written 9999-12-31 (RFC 5280, 4.1.2.5).
struct CertificateFacts {
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
  std::string fingerprint;  ///< SHA-256 of the leaf's DER, in hex

  [[nodiscard]] bool holds(std::chrono::sys_seconds now) const { return not_before <= now && now < not_after; }
};

/// Now, as certificates count time.
[[nodiscard]] std::chrono::sys_seconds seconds_now();

/// The certificate in force. `exchange` and the accept loop live on the control thread; sessions keep what they began
/// with.
class TlsIdentity {
 public:
  explicit TlsIdentity(TlsVersion minimum);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  /// Puts a new pair in force for new connections. On error the one in force stays, and the text says what is wrong:
  /// not PEM, no certificate, key of another certificate, encrypted key; or that it is not valid `now`, while the one
  /// in force is.
  std::expected<CertificateFacts, std::string> exchange(const KeyPair& pair, std::chrono::sys_seconds now);

  [[nodiscard]] const CertificateFacts& facts() const;
  [[nodiscard]] std::shared_ptr<const TlsContext> current() const;

 private:
  TlsVersion minimum_;
  CertificateFacts facts_;
  std::shared_ptr<const TlsContext> current_;
};

}  // namespace everynode::net
