/// What a client trusts and shows: the CA of the server, and a certificate of its own.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "everynode/net/tls.hpp"

namespace everynode::net {

struct ClientTlsOptions {
  std::string authorities;  ///< PEM; empty: the CAs that the system trusts
  bool system_too = false;  ///< trust the system's CAs as well
  bool verify = true;       ///< false: accept any certificate
  KeyPair own;              ///< empty: we show no certificate
};

/// Made once, and shared by all connections to one server. Immutable.
class ClientTls {
 public:
  /// The error says which option cannot be used, and why.
  [[nodiscard]] static std::expected<std::shared_ptr<const ClientTls>, std::string> make(
      const ClientTlsOptions& options);
  ~ClientTls();
  ClientTls(const ClientTls&) = delete;
  ClientTls& operator=(const ClientTls&) = delete;

  /// When our own certificate expires; nullopt if we have none.
  [[nodiscard]] std::optional<std::chrono::sys_seconds> expires() const { return expires_; }
  [[nodiscard]] bool verifies() const { return verifies_; }

  struct Context;
  [[nodiscard]] Context& context() const { return *context_; }

 private:
  ClientTls();

  std::unique_ptr<Context> context_;
  std::optional<std::chrono::sys_seconds> expires_;
  bool verifies_ = true;
};

}  // namespace everynode::net
