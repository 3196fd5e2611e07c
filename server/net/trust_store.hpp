/// The CAs that client certificates are verified with. Private to `net`.
#pragma once

#include <openssl/x509_vfy.h>

#include <chrono>
#include <memory>

#include "everynode/net/client_authorities.hpp"

namespace everynode::net {

struct StoreDelete {
  void operator()(X509_STORE* store) const { X509_STORE_free(store); }
};

class TrustStore {
 public:
  TrustStore(std::unique_ptr<X509_STORE, StoreDelete> store, std::chrono::sys_seconds ends)
      : store_(std::move(store)), ends_(ends) {}

  /// OpenSSL counts references and locks inside, also where it only verifies.
  [[nodiscard]] X509_STORE* handle() const { return store_.get(); }
  /// When the last of its certificates ends.
  [[nodiscard]] std::chrono::sys_seconds ends() const { return ends_; }

 private:
  std::unique_ptr<X509_STORE, StoreDelete> store_;
  std::chrono::sys_seconds ends_;
};

}  // namespace everynode::net
