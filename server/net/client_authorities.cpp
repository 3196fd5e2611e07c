#include "everynode/net/client_authorities.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>

#include "certificate.hpp"
#include "trust_store.hpp"

namespace everynode::net {
namespace {

struct BioDelete {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct CertificateDelete {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

/// Whether reading ended because the text did.
bool ended() {
  const unsigned long error = ERR_peek_last_error();
  const bool end = ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
  ERR_clear_error();
  return end;
}

}  // namespace

std::expected<std::size_t, std::string> ClientAuthorities::exchange(const std::string& pem,
                                                                    std::chrono::sys_seconds now) {
  const std::unique_ptr<BIO, BioDelete> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::unique_ptr<X509_STORE, StoreDelete> store(X509_STORE_new());
  std::chrono::sys_seconds ends{};
  std::size_t count = 0;
  while (X509* read = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    const std::unique_ptr<X509, CertificateDelete> certificate(read);
    X509_STORE_add_cert(store.get(), certificate.get());
    ends = std::max(ends, to_time(X509_get0_notAfter(certificate.get())));
    ++count;
  }
  if (!ended()) return std::unexpected("certificate " + std::to_string(count + 1) + " cannot be read");
  if (count == 0) return std::unexpected("there is no certificate in PEM");
  const auto before = current();
  if (ends <= now && before != nullptr && before->ends() > now)
    return std::unexpected("the last of them expired at " + to_text(ends));
  current_ = std::make_shared<const TrustStore>(std::move(store), ends);
  return count;
}

}  // namespace everynode::net
