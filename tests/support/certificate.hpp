/// Makes certificates for tests of TLS.
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <memory>
#include <string>

namespace everynode::support {

/// PEM.
struct Certificate {
  std::string chain;
  std::string key;
};

/// A certificate that is its own CA, for names as OpenSSL writes them ("DNS:localhost,IP:127.0.0.1"), valid from a
/// minute ago for `validity` from now; a negative one makes an expired certificate.
[[nodiscard]] Certificate self_signed(const std::string& names, std::chrono::seconds validity = std::chrono::hours(1));

/// What a certificate says.
struct CertificateText {
  std::string common_name;
  std::string alternative_names = {};  ///< as OpenSSL writes them; empty: none
  std::string usage = "clientAuth";    ///< of the key (extendedKeyUsage)
  bool is_authority = false;
  std::chrono::seconds validity = std::chrono::hours(1);  ///< as for `self_signed`
  std::string curve = "P-256";                            ///< of its key
};

/// Signed by an authority; by itself if that is null.
[[nodiscard]] Certificate make_certificate(const CertificateText& text, const Certificate* authority = nullptr);

struct CertificateDelete {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};

[[nodiscard]] std::unique_ptr<X509, CertificateDelete> read_certificate(const std::string& pem);
[[nodiscard]] std::unique_ptr<EVP_PKEY, CertificateDelete> read_key(const std::string& pem);

}  // namespace everynode::support
