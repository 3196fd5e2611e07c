#include "scripted_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <list>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>
#include <vector>

#include "tls_channel.hpp"

namespace everynode::support {
namespace {

struct CertificateDelete {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(BIO* bio) const { BIO_free(bio); }
};

std::unique_ptr<X509, CertificateDelete> self_signed(EVP_PKEY* key) {
  std::unique_ptr<X509, CertificateDelete> certificate(X509_new());
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("scripted server"), -1,
                             -1, 0);
  X509_set_issuer_name(certificate.get(), subject);
  for (const auto& [kind, text] :
       {std::pair(NID_subject_alt_name, "DNS:localhost"), std::pair(NID_basic_constraints, "CA:TRUE")}) {
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, text);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
  }
  X509_sign(certificate.get(), key, EVP_sha256());
  return certificate;
}

class TlsPeer final : public ScriptedServer::Peer {
 public:
  TlsPeer(SSL_CTX* context, int socket) : socket_(socket), session_(SSL_new(context)) {
    SSL_set_fd(session_.get(), socket);
  }

  bool accept() { return SSL_accept(session_.get()) == 1; }

  std::string read_request() override {
    while (true) {
      const std::size_t header_end = received_.find("\r\n\r\n");
      if (header_end != std::string::npos) {
        const std::size_t size = header_end + 4 + content_length(received_.substr(0, header_end));
        if (received_.size() >= size) {
          std::string request = received_.substr(0, size);
          received_.erase(0, size);
          return request;
        }
      }
      std::array<char, 4096> buffer;
      const int count = SSL_read(session_.get(), buffer.data(), buffer.size());
      if (count <= 0) return {};
      received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  void write(std::string_view text) override { SSL_write(session_.get(), text.data(), static_cast<int>(text.size())); }

  void reset() override {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    SSL_set_quiet_shutdown(session_.get(), 1);
  }

  void say_goodbye() { SSL_shutdown(session_.get()); }

 private:
  static std::size_t content_length(const std::string& header) {
    static constexpr std::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = header.find(kName);
    return at == std::string::npos ? 0 : std::stoul(header.substr(at + kName.size()));
  }

  int socket_;
  std::unique_ptr<SSL, SslDelete> session_;
  std::string received_;
};

}  // namespace

class ScriptedServer::Impl {
 public:
  explicit Impl(Script script)
      : script_(std::move(script)),
        key_(EVP_EC_gen("P-256")),
        certificate_(self_signed(key_.get())),
        context_(SSL_CTX_new(TLS_server_method())),
        listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    std::signal(SIGPIPE, SIG_IGN);
    SSL_CTX_use_certificate(context_.get(), certificate_.get());
    SSL_CTX_use_PrivateKey(context_.get(), key_.get());
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(listener_, generic, size) != 0 || listen(listener_, 128) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
      throw std::runtime_error("the scripted server cannot listen");
    }
    port_ = ntohs(address.sin_port);
    accepting_ = std::thread([this] { accept_all(); });
  }

  ~Impl() {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    close(listener_);
    {
      const std::scoped_lock lock(mutex_);
      for (const int open : open_) shutdown(open, SHUT_RDWR);
    }
    for (std::thread& thread : threads_) thread.join();
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }

  [[nodiscard]] std::string certificate() const {
    const std::unique_ptr<BIO, CertificateDelete> text(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(text.get(), certificate_.get());
    const char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }

 private:
  void accept_all() {
    while (true) {
      const int connection = accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      const int on = 1;
      setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      const std::scoped_lock lock(mutex_);
      open_.push_back(connection);
      threads_.emplace_back([this, connection] { serve(connection); });
    }
  }

  void serve(int connection) {
    {
      TlsPeer peer(context_.get(), connection);
      if (peer.accept()) {
        script_(peer);
        peer.say_goodbye();
      }
    }
    const std::scoped_lock lock(mutex_);
    open_.remove(connection);
    close(connection);
  }

  Script script_;
  std::unique_ptr<EVP_PKEY, CertificateDelete> key_;
  std::unique_ptr<X509, CertificateDelete> certificate_;
  std::unique_ptr<SSL_CTX, SslDelete> context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::list<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

ScriptedServer::ScriptedServer(Script script) : impl_(std::make_unique<Impl>(std::move(script))) {}
ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const {
  return impl_->port();
}

std::string ScriptedServer::certificate() const {
  return impl_->certificate();
}

std::string ok_answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace everynode::support
