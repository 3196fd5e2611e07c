#include "everynode/net/client_tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cstdlib>
#include <filesystem>

#include "certificate.hpp"
#include "client_context.hpp"

namespace everynode::net {
namespace {

namespace asio = boost::asio;
using Problem = std::optional<std::string>;

void harden(SSL_CTX* context) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  static constexpr std::array<unsigned char, 9> http_1_1 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context, http_1_1.data(), http_1_1.size());
}

/// Trusts whom the system trusts. OpenSSL looks where the distribution that it was built for keeps its CAs: elsewhere
/// they are in one of these files (Red Hat, openSUSE, Alpine, and Debian again).
void trust_system(asio::ssl::context& context) {
  constexpr std::array<const char*, 4> bundles{"/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
                                               "/etc/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"};
  boost::system::error_code error;
  context.set_default_verify_paths(error);
  const bool told = std::getenv(X509_get_default_cert_file_env()) != nullptr ||
                    std::getenv(X509_get_default_cert_dir_env()) != nullptr;
  std::error_code unknown;
  if (told || std::filesystem::exists(X509_get_default_cert_dir(), unknown)) return;
  for (const char* const bundle : bundles) {
    context.load_verify_file(bundle, error);
    if (!error) return;
  }
  ERR_clear_error();
}

Problem trust(asio::ssl::context& context, const ClientTlsOptions& options) {
  boost::system::error_code error;
  context.set_verify_mode(options.verify ? asio::ssl::verify_peer : asio::ssl::verify_none, error);
  if (options.authorities.empty() || options.system_too) trust_system(context);
  if (options.authorities.empty()) return {};
  context.add_certificate_authority(asio::buffer(options.authorities), error);
  const X509_STORE* store = SSL_CTX_get_cert_store(context.native_handle());
  const bool none = sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) == 0;
  ERR_clear_error();
  if (error || none) return "the CA certificates are not PEM" + (error ? ": " + error.message() : std::string());
  // As with Go, what is named is trusted, also an intermediate CA or the server's own certificate.
  X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.native_handle()), X509_V_FLAG_PARTIAL_CHAIN);
  return {};
}

Problem show(asio::ssl::context& context, const KeyPair& own) {
  boost::system::error_code error;
  context.set_password_callback(no_passphrase, error);
  context.use_certificate_chain(asio::buffer(own.chain), error);
  if (error) return "the client certificate is not PEM: " + error.message();
  context.use_private_key(asio::buffer(own.key), asio::ssl::context::pem, error);
  if (!error) return {};
  return "the client key cannot be used (not PEM, encrypted, or of another certificate): " + error.message();
}

}  // namespace

ClientTls::ClientTls() : context_(std::make_unique<Context>()) {}
ClientTls::~ClientTls() = default;

std::expected<std::shared_ptr<const ClientTls>, std::string> ClientTls::make(const ClientTlsOptions& options) {
  const std::shared_ptr<ClientTls> fresh(new ClientTls);
  asio::ssl::context& context = fresh->context_->ssl;
  harden(context.native_handle());
  fresh->verifies_ = options.verify;
  if (const Problem problem = trust(context, options)) return std::unexpected(*problem);
  if (options.own.chain.empty() && options.own.key.empty()) return fresh;
  if (const Problem problem = show(context, options.own)) return std::unexpected(*problem);
  fresh->expires_ = to_time(X509_get0_notAfter(SSL_CTX_get0_certificate(context.native_handle())));
  return fresh;
}

}  // namespace everynode::net
