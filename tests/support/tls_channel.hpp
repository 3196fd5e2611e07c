/// The client's end of one TLS 1.3 session on a non-blocking socket: it says what to wait for, but never waits itself.
#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace everynode::support {

struct SslDelete {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* session) const { SSL_free(session); }
};

/// What all sessions of a run share: a Go client's offer, and the CAs to trust.
class TlsClient {
 public:
  /// Throws std::runtime_error if `ca_file` is not empty and cannot be read.
  TlsClient(const std::string& ca_file, std::string server_name);

  [[nodiscard]] std::unique_ptr<SSL, SslDelete> session() const;

 private:
  std::unique_ptr<SSL_CTX, SslDelete> context_;
  std::string server_name_;
  bool verifies_ = false;
};

class TlsChannel {
 public:
  enum class Progress {
    moved,        ///< the handshake is done, or `bytes` were moved
    wants_read,   ///< again when the socket is readable
    wants_write,  ///< again when the socket is writable
    closed,       ///< the other side has closed
    broken,       ///< reset, or not TLS as agreed; see trouble()
  };
  struct Step {
    Progress progress = Progress::broken;
    std::size_t bytes = 0;
  };

  /// `socket` must be connected and non-blocking; the caller keeps it.
  TlsChannel(const TlsClient& client, int socket);
  TlsChannel(const TlsChannel&) = delete;
  TlsChannel& operator=(const TlsChannel&) = delete;

  Step handshake();
  Step write(std::string_view data);
  Step read(std::span<char> into);

  /// Sends close_notify. Nothing may be written after it.
  void say_goodbye();

  /// True if nothing came while the connection was idle: no end, no unasked data. It processes TLS's own messages.
  [[nodiscard]] bool quiet();

  /// SHA-256 of the server's certificate in hex; after the handshake.
  [[nodiscard]] std::string fingerprint() const;

  /// What broke, in words.
  [[nodiscard]] const std::string& trouble() const { return trouble_; }

 private:
  Step step(int result, std::size_t bytes);

  struct Socket {
    int descriptor;
    int error = 0;  ///< errno of the last system call that failed
  };
  static const BIO_METHOD* bio_method();

  Socket socket_;
  std::unique_ptr<SSL, SslDelete> session_;
  std::string trouble_;
};

}  // namespace everynode::support
