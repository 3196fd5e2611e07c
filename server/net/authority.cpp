#include "everynode/net/authority.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <array>
#include <memory>
#include <stdexcept>

#include "certificate.hpp"

namespace everynode::net {
namespace {

struct Delete {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
};
using Bio = std::unique_ptr<BIO, Delete>;
using X509Ptr = std::unique_ptr<X509, Delete>;
using Key = std::unique_ptr<EVP_PKEY, Delete>;

void check(bool ok, const char* what) {
  if (ok) return;
  std::array<char, 256> text{};
  ERR_error_string_n(ERR_get_error(), text.data(), text.size());
  ERR_clear_error();
  throw std::runtime_error(std::string("OpenSSL cannot ") + what + ": " + text.data());
}

Bio reader_of(const std::string& text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string text_of(const Bio& bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_X509(bio.get(), certificate) == 1, "write a certificate");
  return text_of(bio);
}

std::string to_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  check(PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write a key");
  return text_of(bio);
}

/// Gives no passphrase, so that OpenSSL asks no terminal for one.
int no_password(char*, int, int, void*) {
  return 0;
}

X509Ptr certificate_from(const std::string& pem) {
  X509Ptr certificate(PEM_read_bio_X509(reader_of(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return certificate;
}

Key key_from(const std::string& pem) {
  Key key(PEM_read_bio_PrivateKey(reader_of(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

/// 128 random bits, positive (RFC 5280, 4.1.2.2). Returned in hex.
std::string set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  check(RAND_bytes(bytes.data(), bytes.size()) == 1, "make a random number");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), bytes.size(), nullptr);
  const bool done = BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  char* hex = BN_bn2hex(number);
  std::string text(hex);
  OPENSSL_free(hex);
  BN_free(number);
  check(done, "set a serial number");
  return text;
}

void set_lifetime(X509* certificate, const Lifetime& lifetime) {
  const auto set = [](ASN1_TIME* place, std::chrono::sys_seconds time) {
    check(ASN1_TIME_set(place, time.time_since_epoch().count()) != nullptr, "set a time");
  };
  set(X509_getm_notBefore(certificate), lifetime.not_before);
  set(X509_getm_notAfter(certificate), lifetime.not_after);
}

void set_name(X509* certificate, const std::string& common_name) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(common_name.data());
  X509_NAME* name = X509_get_subject_name(certificate);
  check(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, bytes, static_cast<int>(common_name.size()), -1, 0) == 1,
        "set a name");
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Delete> extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  check(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

X509Ptr unsigned_certificate(EVP_PKEY* key, const Lifetime& lifetime) {
  X509Ptr certificate(X509_new());
  check(certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
            X509_set_pubkey(certificate.get(), key) == 1,
        "make a certificate");
  set_lifetime(certificate.get(), lifetime);
  return certificate;
}

Key fresh_key() {
  Key key(EVP_EC_gen("P-256"));
  check(key != nullptr, "make a key");
  return key;
}

}  // namespace

KeyPair make_authority(const Lifetime& lifetime) {
  const Key key = fresh_key();
  const X509Ptr certificate = unsigned_certificate(key.get(), lifetime);
  X509* const bare = certificate.get();
  // Each CA has a name of its own: a client that trusts two finds the right one by the issuer's name.
  set_name(bare, "everynode-ca-" + set_serial(bare).substr(0, 8));
  check(X509_set_issuer_name(bare, X509_get_subject_name(bare)) == 1, "set the issuer");
  extend(bare, bare, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  extend(bare, bare, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(bare, bare, NID_subject_key_identifier, "hash");
  check(X509_sign(bare, key.get(), EVP_sha256()) > 0, "sign a certificate");
  return {.chain = to_pem(bare), .key = to_pem(key.get())};
}

KeyPair issue(const KeyPair& authority, const std::string& dns_name, const Lifetime& lifetime) {
  const X509Ptr issuer = certificate_from(authority.chain);
  const Key issuer_key = key_from(authority.key);
  check(issuer != nullptr && issuer_key != nullptr, "read the CA");
  const Key key = fresh_key();
  const X509Ptr certificate = unsigned_certificate(key.get(), lifetime);
  X509* const bare = certificate.get();
  set_serial(bare);
  set_name(bare, "everynode-webhook");
  check(X509_set_issuer_name(bare, X509_get_subject_name(issuer.get())) == 1, "set the issuer");
  extend(bare, issuer.get(), NID_basic_constraints, "critical,CA:FALSE");
  extend(bare, issuer.get(), NID_key_usage, "critical,digitalSignature");
  extend(bare, issuer.get(), NID_ext_key_usage, "serverAuth");
  extend(bare, issuer.get(), NID_subject_key_identifier, "hash");
  extend(bare, issuer.get(), NID_authority_key_identifier, "keyid:always");
  extend(bare, issuer.get(), NID_subject_alt_name, "DNS:" + dns_name);
  check(X509_sign(bare, issuer_key.get(), EVP_sha256()) > 0, "sign a certificate");
  return {.chain = to_pem(bare), .key = to_pem(key.get())};
}

std::vector<Certificate> read_certificates(const std::string& pem) {
  std::vector<Certificate> found;
  const Bio bio = reader_of(pem);
  while (const X509Ptr one{PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)}) {
    found.push_back({.id = fingerprint_of(one.get()),
                     .pem = to_pem(one.get()),
                     .lifetime = {.not_before = to_time(X509_get0_notBefore(one.get())),
                                  .not_after = to_time(X509_get0_notAfter(one.get()))},
                     .is_authority = X509_check_ca(one.get()) == 1});
  }
  ERR_clear_error();
  return found;
}

bool belong_together(const KeyPair& pair) {
  const X509Ptr certificate = certificate_from(pair.chain);
  const Key key = key_from(pair.key);
  const bool together = certificate && key && X509_check_private_key(certificate.get(), key.get()) == 1;
  ERR_clear_error();
  return together;
}

bool is_signed_by(const Certificate& certificate, const Certificate& authority) {
  const X509Ptr leaf = certificate_from(certificate.pem);
  const X509Ptr issuer = certificate_from(authority.pem);
  const bool is = leaf && issuer && X509_check_issued(issuer.get(), leaf.get()) == X509_V_OK &&
                  X509_verify(leaf.get(), X509_get0_pubkey(issuer.get())) == 1;
  ERR_clear_error();
  return is;
}

bool is_for(const Certificate& certificate, const std::string& dns_name) {
  const X509Ptr leaf = certificate_from(certificate.pem);
  return leaf && X509_check_host(leaf.get(), dns_name.c_str(), dns_name.size(), X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
                                 nullptr) == 1;
}

}  // namespace everynode::net
