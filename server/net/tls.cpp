#include "everynode/net/tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <boost/asio/buffer.hpp>
#include <string_view>

#include "certificate.hpp"
#include "client_certificate.hpp"
#include "tls_context.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;

/// The API server uses nothing but HTTP/1.1 with webhooks. A client that offers only other protocols is served all the
/// same, because it can always use HTTP/1.1.
int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* offered,
                    unsigned length, void*) {
  static constexpr std::string_view http_1_1 = "\x08http/1.1";
  const auto* ours = reinterpret_cast<const unsigned char*>(http_1_1.data());
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_length, ours, http_1_1.size(), offered, length);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

void harden(SSL_CTX* context, TlsVersion minimum) {
  SSL_CTX_set_min_proto_version(context, minimum == TlsVersion::v1_2 ? TLS1_2_VERSION : TLS1_3_VERSION);
  // The API server never resumes a session, so tickets and the session cache are work for nothing.
  SSL_CTX_set_options(context, SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_num_tickets(context, 0);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384");
  // AES-128 first, as in Go's client: 10 rounds instead of 14 for each byte, and strong enough. A client that puts
  // ChaCha20 first has no AES in hardware and gets what it asks for (SSL_OP_PRIORITIZE_CHACHA).
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  SSL_CTX_set_cipher_list(context, "ECDHE+AES128+AESGCM:ECDHE+AESGCM:ECDHE+CHACHA20");  // TLS 1.2
  SSL_CTX_set_alpn_select_cb(context, choose_http_1_1, nullptr);
}

}  // namespace

TlsIdentity::TlsIdentity(TlsVersion minimum, ClientCertificates clients) : minimum_(minimum), clients_(clients) {}
TlsIdentity::~TlsIdentity() = default;

std::chrono::sys_seconds seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::expected<CertificateFacts, std::string> TlsIdentity::exchange(const KeyPair& pair, std::chrono::sys_seconds now) {
  auto fresh = std::make_shared<TlsContext>();
  harden(fresh->context.native_handle(), minimum_);
  if (clients_ == ClientCertificates::asked) ask_for_certificate(fresh->context.native_handle());
  boost::system::error_code error;
  fresh->context.set_password_callback(no_passphrase, error);
  fresh->context.use_certificate_chain(asio::buffer(pair.chain), error);
  if (error) return std::unexpected("the certificate is not a PEM chain: " + error.message());
  fresh->context.use_private_key(asio::buffer(pair.key), asio::ssl::context::pem, error);
  if (error) {
    return std::unexpected("the private key cannot be used (not PEM, encrypted, or of another certificate): " +
                           error.message());
  }
  SSL_CTX* native = fresh->context.native_handle();
  if (SSL_CTX_check_private_key(native) != 1) {
    ERR_clear_error();
    return std::unexpected("the private key belongs to another certificate");
  }
  const X509* leaf = SSL_CTX_get0_certificate(native);
  CertificateFacts facts{.not_before = to_time(X509_get0_notBefore(leaf)),
                         .not_after = to_time(X509_get0_notAfter(leaf)),
                         .fingerprint = fingerprint_of(leaf)};
  const bool worse = current_ != nullptr && facts_.holds(now) && !facts.holds(now);
  if (worse && now < facts.not_before) return std::unexpected("it is not valid before " + to_text(facts.not_before));
  if (worse) return std::unexpected("it expired at " + to_text(facts.not_after));
  facts_ = std::move(facts);
  current_ = std::move(fresh);
  return facts_;
}

const CertificateFacts& TlsIdentity::facts() const {
  return facts_;
}

std::shared_ptr<const TlsContext> TlsIdentity::current() const {
  return current_;
}

}  // namespace everynode::net
