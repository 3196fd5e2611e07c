#include "scripted_server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
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

class SocketPeer final : public ScriptedServer::Peer {
 public:
  /// `context` null: no TLS.
  SocketPeer(SSL_CTX* context, int socket) : socket_(socket), session_(context ? SSL_new(context) : nullptr) {
    if (session_) SSL_set_fd(session_.get(), socket);
  }

  bool accept() { return !session_ || SSL_accept(session_.get()) == 1; }

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
      const auto count = read_some(buffer);
      if (count <= 0) return {};
      received_.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  bool write(std::string_view text) override {
    if (session_) return SSL_write(session_.get(), text.data(), static_cast<int>(text.size())) > 0;
    while (!text.empty()) {
      const ssize_t count = send(socket_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  bool wait(std::chrono::milliseconds time) override {
    pollfd look{.fd = socket_, .events = POLLRDHUP, .revents = 0};
    return poll(&look, 1, static_cast<int>(time.count())) == 0;
  }

  void reset() override {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    reset_ = true;
    if (session_) SSL_set_quiet_shutdown(session_.get(), 1);
  }

  /// Reads until the client has gone. Closing before would reset the connection, and the reset would overtake what we
  /// wrote.
  void await_end() {
    shutdown(socket_, SHUT_WR);
    std::array<char, 4096> ignored;
    while (recv(socket_, ignored.data(), ignored.size(), 0) > 0) {
    }
  }

  void say_goodbye() {
    if (session_ && !reset_) SSL_shutdown(session_.get());
  }

 private:
  static std::size_t content_length(const std::string& header) {
    static constexpr std::string_view kName = "\r\nContent-Length: ";
    const std::size_t at = header.find(kName);
    return at == std::string::npos ? 0 : std::stoul(header.substr(at + kName.size()));
  }

  ssize_t read_some(std::array<char, 4096>& buffer) {
    if (session_) return SSL_read(session_.get(), buffer.data(), static_cast<int>(buffer.size()));
    return recv(socket_, buffer.data(), buffer.size(), 0);
  }

  int socket_;
  std::unique_ptr<SSL, SslDelete> session_;
  std::string received_;
  bool reset_ = false;
};

std::unique_ptr<SSL_CTX, SslDelete> server_context(const ScriptedServerOptions& options) {
  std::unique_ptr<SSL_CTX, SslDelete> context(SSL_CTX_new(TLS_server_method()));
  const auto certificate = read_certificate(options.certificate.chain);
  const auto key = read_key(options.certificate.key);
  SSL_CTX_use_certificate(context.get(), certificate.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  if (options.client_authority.empty()) return context;
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), read_certificate(options.client_authority).get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

}  // namespace

class ScriptedServer::Impl {
 public:
  Impl(Script script, ScriptedServerOptions options)
      : script_(std::move(script)), options_(std::move(options)), listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    std::signal(SIGPIPE, SIG_IGN);
    if (options_.tls) context_ = server_context(options_);
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

  [[nodiscard]] const std::string& certificate() const { return options_.certificate.chain; }

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
      SocketPeer peer(context_.get(), connection);
      if (peer.accept()) {
        script_(peer);
        peer.say_goodbye();
      } else {
        peer.await_end();
      }
    }
    const std::scoped_lock lock(mutex_);
    open_.remove(connection);
    close(connection);
  }

  Script script_;
  ScriptedServerOptions options_;
  std::unique_ptr<SSL_CTX, SslDelete> context_;
  int listener_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::list<int> open_;
  std::vector<std::thread> threads_;
  std::thread accepting_;
};

ScriptedServer::ScriptedServer(Script script, ScriptedServerOptions options)
    : impl_(std::make_unique<Impl>(std::move(script), std::move(options))) {}
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
