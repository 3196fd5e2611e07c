#include "tls_channel.hpp"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace everynode::support {
namespace {

std::string openssl_errors() {
  std::string text;
  while (const unsigned long code = ERR_get_error()) {
    if (!text.empty()) text += "; ";
    const char* reason = ERR_reason_error_string(code);
    text += reason ? reason : "error " + std::to_string(code);
  }
  return text;
}

bool is_ip_address(const std::string& text) {
  in6_addr storage;
  return inet_pton(AF_INET, text.c_str(), &storage) == 1 || inet_pton(AF_INET6, text.c_str(), &storage) == 1;
}

}  // namespace

TlsClient::TlsClient(const std::string& ca_file, std::string server_name)
    : context_(SSL_CTX_new(TLS_client_method())), server_name_(std::move(server_name)), verifies_(!ca_file.empty()) {
  SSL_CTX* context = context_.get();
  SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
  // Go's order on machines that compute AES in hardware; OpenSSL servers take the first.
  SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256");
  static constexpr std::array<unsigned char, 9> kHttp11 = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  SSL_CTX_set_alpn_protos(context, kHttp11.data(), kHttp11.size());
  // client-go does not resume sessions.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_read_ahead(context, 1);  // header and payload of a record in one system call
  if (verifies_) {
    if (SSL_CTX_load_verify_file(context, ca_file.c_str()) != 1) {
      throw std::runtime_error("cannot read CA certificates from " + ca_file + ": " + openssl_errors());
    }
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  }
}

std::unique_ptr<SSL, SslDelete> TlsClient::session() const {
  std::unique_ptr<SSL, SslDelete> session(SSL_new(context_.get()));
  if (!session) throw std::runtime_error("no TLS session: " + openssl_errors());
  const bool by_address = is_ip_address(server_name_);
  if (!by_address) SSL_set_tlsext_host_name(session.get(), server_name_.c_str());
  if (verifies_) {
    X509_VERIFY_PARAM* wanted = SSL_get0_param(session.get());
    if (by_address) {
      X509_VERIFY_PARAM_set1_ip_asc(wanted, server_name_.c_str());
    } else {
      X509_VERIFY_PARAM_set1_host(wanted, server_name_.c_str(), server_name_.size());
    }
  }
  return session;
}

// OpenSSL's own socket BIO uses write(2): a server that has gone would end this process with SIGPIPE.
const BIO_METHOD* TlsChannel::bio_method() {
  static const BIO_METHOD* const kMethod = [] {
    BIO_METHOD* method = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "everynode load socket");
    BIO_meth_set_write(method, [](BIO* bio, const char* data, int size) {
      auto* socket = static_cast<Socket*>(BIO_get_data(bio));
      BIO_clear_retry_flags(bio);
      const ssize_t done = send(socket->descriptor, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
      if (done < 0) {
        socket->error = errno;
        if (errno == EAGAIN || errno == EINTR) BIO_set_retry_write(bio);
      }
      return static_cast<int>(done);
    });
    BIO_meth_set_read(method, [](BIO* bio, char* data, int size) {
      auto* socket = static_cast<Socket*>(BIO_get_data(bio));
      BIO_clear_retry_flags(bio);
      const ssize_t done = recv(socket->descriptor, data, static_cast<std::size_t>(size), 0);
      if (done < 0) {
        socket->error = errno;
        if (errno == EAGAIN || errno == EINTR) BIO_set_retry_read(bio);
      }
      return static_cast<int>(done);
    });
    BIO_meth_set_ctrl(method, [](BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1L : 0L; });
    return method;
  }();
  return kMethod;
}

TlsChannel::TlsChannel(const TlsClient& client, int socket) : socket_{socket}, session_(client.session()) {
  BIO* bio = BIO_new(bio_method());
  if (!bio) throw std::runtime_error("no TLS session: " + openssl_errors());
  BIO_set_data(bio, &socket_);
  BIO_set_init(bio, 1);
  SSL_set_bio(session_.get(), bio, bio);
}

TlsChannel::Step TlsChannel::handshake() {
  ERR_clear_error();
  socket_.error = 0;
  return step(SSL_connect(session_.get()), 0);
}

TlsChannel::Step TlsChannel::write(std::string_view data) {
  ERR_clear_error();
  socket_.error = 0;
  std::size_t bytes = 0;
  const int result = SSL_write_ex(session_.get(), data.data(), data.size(), &bytes);
  return step(result, bytes);
}

TlsChannel::Step TlsChannel::read(std::span<char> into) {
  ERR_clear_error();
  socket_.error = 0;
  std::size_t bytes = 0;
  const int result = SSL_read_ex(session_.get(), into.data(), into.size(), &bytes);
  return step(result, bytes);
}

TlsChannel::Step TlsChannel::step(int result, std::size_t bytes) {
  if (result == 1) return {.progress = Progress::moved, .bytes = bytes};
  switch (SSL_get_error(session_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {.progress = Progress::wants_read};
    case SSL_ERROR_WANT_WRITE:
      return {.progress = Progress::wants_write};
    case SSL_ERROR_ZERO_RETURN:
      trouble_ = "closed by the server";
      return {.progress = Progress::closed};
    case SSL_ERROR_SYSCALL:
      if (socket_.error == 0) {
        trouble_ = "closed by the server, without TLS's goodbye";
        return {.progress = Progress::closed};
      }
      trouble_ = std::strerror(socket_.error);
      return {.progress = Progress::broken};
    default: {
      trouble_ = openssl_errors();
      const long verdict = SSL_get_verify_result(session_.get());
      if (verdict != X509_V_OK) trouble_ += std::string(": ") + X509_verify_cert_error_string(verdict);
      return {.progress = Progress::broken};
    }
  }
}

void TlsChannel::say_goodbye() {
  ERR_clear_error();
  if (SSL_is_init_finished(session_.get()) == 1) SSL_shutdown(session_.get());
}

bool TlsChannel::quiet() {
  char byte = 0;
  if (SSL_has_pending(session_.get()) == 0) {
    // Asking the socket costs a tenth of asking OpenSSL, and there is nearly always nothing to read.
    const ssize_t waiting = recv(socket_.descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (waiting < 0 && errno == EAGAIN) return true;
    if (waiting <= 0) return false;
  }
  ERR_clear_error();
  socket_.error = 0;
  std::size_t bytes = 0;
  const int result = SSL_peek_ex(session_.get(), &byte, 1, &bytes);
  return step(result, bytes).progress == Progress::wants_read;
}

std::string TlsChannel::fingerprint() const {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  const X509* certificate = SSL_get0_peer_certificate(session_.get());
  if (!certificate || X509_digest(certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4U];
    text += kHex[digest[i] & 15U];
  }
  return text;
}

}  // namespace everynode::support
