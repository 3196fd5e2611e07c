#include "attacker.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>

namespace everynode::support {
namespace {

/// OpenSSL writes to its own sockets with write(2): without this, a server that closes would end our process.
void ignore_broken_pipes() {
  static const auto before = signal(SIGPIPE, SIG_IGN);
  (void)before;
}

sockaddr_in address(const char* host, std::uint16_t port) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(port);
  inet_pton(AF_INET, host, &result.sin_addr);
  return result;
}

}  // namespace

Peer::Peer(std::uint16_t port, std::chrono::milliseconds patience, const char* from)
    : descriptor_(socket(AF_INET, SOCK_STREAM, 0)) {
  ignore_broken_pipes();
  const timeval time{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
  setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
  const int yes = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  setsockopt(descriptor_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes);  // connect chooses the port
  const sockaddr_in here = address(from, 0);
  const sockaddr_in there = address("127.0.0.1", port);
  connected_ = bind(descriptor_, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0 &&
               connect(descriptor_, reinterpret_cast<const sockaddr*>(&there), sizeof there) == 0;
}

Peer::~Peer() {
  if (descriptor_ >= 0) close(descriptor_);
}

Peer::Peer(Peer&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), connected_(std::exchange(other.connected_, false)) {}

bool Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

std::string Peer::receive() {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = recv(descriptor_, buffer.data(), buffer.size(), 0)) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

bool Peer::closed() const {
  std::array<char, 4096> buffer{};
  ssize_t n = 0;
  do {
    n = recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  } while (n > 0);
  return n == 0 || errno != EAGAIN;
}

namespace {

/// The first certificate of the chain with the key, and the others behind it.
void show(SSL_CTX* context, const Certificate& own) {
  SSL_CTX_use_certificate(context, read_certificate(own.chain).get());
  SSL_CTX_use_PrivateKey(context, read_key(own.key).get());
  constexpr std::string_view begin = "-----BEGIN";
  for (auto at = own.chain.find(begin, 1); at != std::string::npos; at = own.chain.find(begin, at + 1))
    SSL_CTX_add1_chain_cert(context, read_certificate(own.chain.substr(at)).get());
}

}  // namespace

TlsPeer::TlsPeer(std::uint16_t port, Offer offer)
    : peer_(port, offer.patience), context_(SSL_CTX_new(TLS_client_method())) {
  SSL_CTX_set_security_level(context_.get(), 0);  // otherwise OpenSSL would not even offer TLS 1.1
  SSL_CTX_set_cipher_list(context_.get(), "ALL:@SECLEVEL=0");
  SSL_CTX_set_min_proto_version(context_.get(), offer.oldest);
  SSL_CTX_set_max_proto_version(context_.get(), offer.newest);
  if (offer.own != nullptr) show(context_.get(), *offer.own);
  session_.reset(SSL_new(context_.get()));
  SSL_set_fd(session_.get(), peer_.descriptor());
  SSL_set_tlsext_host_name(session_.get(), "localhost");
  ERR_clear_error();
  secure_ = peer_.connected() && SSL_connect(session_.get()) == 1;
}

bool TlsPeer::send(std::string_view bytes) {
  ERR_clear_error();
  std::size_t written = 0;
  return SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &written) == 1;
}

std::string TlsPeer::receive() {
  return receive_until({});
}

std::string TlsPeer::receive_until(std::string_view text) {
  std::string all;
  std::array<char, 4096> buffer{};
  std::size_t n = 0;
  ERR_clear_error();
  while ((text.empty() || !all.contains(text)) && SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &n) == 1) {
    all.append(buffer.data(), n);
  }
  return all;
}

bool TlsPeer::renegotiate() {
  ERR_clear_error();
  return SSL_renegotiate(session_.get()) == 1 && SSL_do_handshake(session_.get()) == 1;
}

bool TlsPeer::update_keys(int times) {
  ERR_clear_error();
  for (int i = 0; i < times; ++i) {
    const bool asked = SSL_key_update(session_.get(), SSL_KEY_UPDATE_REQUESTED) == 1;
    if (!asked || SSL_do_handshake(session_.get()) != 1) return false;
  }
  return true;
}

std::string client_hello() {
  const std::unique_ptr<SSL_CTX, SslDelete> context(SSL_CTX_new(TLS_client_method()));
  const std::unique_ptr<SSL, SslDelete> session(SSL_new(context.get()));
  BIO* const out = BIO_new(BIO_s_mem());
  SSL_set_bio(session.get(), BIO_new(BIO_s_mem()), out);
  SSL_connect(session.get());
  ERR_clear_error();
  const char* data = nullptr;
  const long size = BIO_get_mem_data(out, &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace everynode::support
