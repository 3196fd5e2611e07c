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

/// What a certificate says, as far as readiness and metrics want to know.
struct CertificateFacts {
  std::chrono::system_clock::time_point not_before;
  std::chrono::system_clock::time_point not_after;
  std::string fingerprint;  ///< SHA-256 of the leaf's DER, in hex
};

/// The certificate in force. `exchange` and the accept loop live on the control thread; sessions keep what they began
/// with.
class TlsIdentity {
 public:
  explicit TlsIdentity(TlsVersion minimum);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  /// Puts a new pair in force for new connections. On error the one in force stays, and the text says what is wrong:
  /// not PEM, no certificate, key of another certificate, encrypted key.
  std::expected<CertificateFacts, std::string> exchange(const KeyPair& pair);

  [[nodiscard]] const CertificateFacts& facts() const;
  [[nodiscard]] std::shared_ptr<const TlsContext> current() const;

 private:
  TlsVersion minimum_;
  CertificateFacts facts_;
  std::shared_ptr<const TlsContext> current_;
};

}  // namespace everynode::net
