#include "client_certificate.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "certificate.hpp"

namespace everynode::net {
namespace {

/// Longer chains are for nobody's good, and each link costs a signature.
constexpr int most_links = 4;
constexpr long most_bytes = 32L * 1024;

/// OpenSSL's level of security for keys and digests: 112 bits, so no RSA below 2,048 bits and no SHA-1.
constexpr int level = 2;

/// A chain that was found wrong is looked at again after this time.
constexpr std::chrono::seconds pause{1};

struct ContextDelete {
  void operator()(X509_STORE_CTX* context) const { X509_STORE_CTX_free(context); }
};
struct NamesDelete {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};

int accept_any(X509_STORE_CTX*, void*) {
  return 1;
}

void add_text(std::vector<std::string>& names, const ASN1_STRING* text) {
  unsigned char* utf8 = nullptr;
  const int size = ASN1_STRING_to_UTF8(&utf8, text);
  if (size > 0) names.emplace_back(reinterpret_cast<char*>(utf8), static_cast<std::size_t>(size));
  OPENSSL_free(utf8);
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> names;
  const X509_NAME* subject = X509_get_subject_name(certificate);
  for (int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); at >= 0;
       at = X509_NAME_get_index_by_NID(subject, NID_commonName, at))
    add_text(names, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  const std::unique_ptr<GENERAL_NAMES, NamesDelete> alternatives(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
    int kind = 0;
    const auto* value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(alternatives.get(), i), &kind);
    if (kind == GEN_DNS || kind == GEN_EMAIL || kind == GEN_URI)
      add_text(names, static_cast<const ASN1_STRING*>(value));
  }
  ERR_clear_error();
  return names;
}

/// When the first certificate of a verified chain ends.
std::chrono::sys_seconds end_of(X509_STORE_CTX* context) {
  const STACK_OF(X509)* chain = X509_STORE_CTX_get0_chain(context);
  auto end = std::chrono::sys_seconds::max();
  for (int i = 0; i < sk_X509_num(chain); ++i)
    end = std::min(end, to_time(X509_get0_notAfter(sk_X509_value(chain, i))));
  return end;
}

/// The end of the chain, or what is wrong with it.
std::expected<std::chrono::sys_seconds, std::string> verify(SSL* session, X509* leaf, const TrustStore* store) {
  if (store == nullptr) return std::unexpected("no CA is known");
  const std::unique_ptr<X509_STORE_CTX, ContextDelete> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store->handle(), leaf, SSL_get_peer_cert_chain(session)) != 1)
    return std::unexpected("it cannot be verified");
  X509_STORE_CTX_set_default(context.get(), "ssl_client");
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_depth(rules, most_links);
  X509_VERIFY_PARAM_set_auth_level(rules, level);
  // What is in the file is trusted, whoever signed it: so it is for the API server (Go's x509.VerifyOptions.Roots).
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN);
  const bool good = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (!good) return std::unexpected(X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get())));
  return end_of(context.get());
}

}  // namespace

void ask_for_certificate(SSL_CTX* context) {
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, accept_any, nullptr);
  SSL_CTX_set_max_cert_list(context, most_bytes);
}

const http::ClientCertificate* ClientCertificate::look(SSL* session, const ClientAuthorities& authorities,
                                                       std::chrono::sys_seconds now) {
  X509* const leaf = SSL_get0_peer_certificate(session);
  if (leaf == nullptr) return nullptr;
  auto store = authorities.current();
  if (store == store_ && now < until_) return &found_;
  store_ = std::move(store);
  const auto end = verify(session, leaf, store_.get());
  until_ = end.value_or(now + pause);
  found_ = {.names = names_of(leaf), .problem = end ? "" : end.error()};
  return &found_;
}

}  // namespace everynode::net
