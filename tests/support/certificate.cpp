#include "certificate.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <utility>

namespace everynode::support {
namespace {

struct BioDelete {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioDelete>;

std::string text_of(BIO* bio) {
  const char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

void add_extension(X509* certificate, int kind, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

Certificate self_signed(const std::string& names, std::chrono::seconds validity) {
  return make_certificate({.common_name = "everynode test",
                           .alternative_names = names,
                           .usage = "",
                           .is_authority = true,
                           .validity = validity});
}

Certificate make_certificate(const CertificateText& text, const Certificate* authority) {
  const std::unique_ptr<EVP_PKEY, CertificateDelete> key(EVP_EC_gen(text.curve.c_str()));
  const std::unique_ptr<X509, CertificateDelete> certificate(X509_new());
  const long validity = text.validity.count();
  X509_set_version(certificate.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), validity > 0 ? -60 : validity - 60);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), validity);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* subject = X509_get_subject_name(certificate.get());
  const auto* name = reinterpret_cast<const unsigned char*>(text.common_name.c_str());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, name, -1, -1, 0);
  const auto signer = authority == nullptr ? nullptr : read_certificate(authority->chain);
  X509_set_issuer_name(certificate.get(), signer ? X509_get_subject_name(signer.get()) : subject);
  if (!text.alternative_names.empty()) add_extension(certificate.get(), NID_subject_alt_name, text.alternative_names);
  add_extension(certificate.get(), NID_basic_constraints, text.is_authority ? "CA:TRUE" : "CA:FALSE");
  if (!text.usage.empty()) add_extension(certificate.get(), NID_ext_key_usage, text.usage);
  const auto signing = authority == nullptr ? nullptr : read_key(authority->key);
  X509_sign(certificate.get(), signing ? signing.get() : key.get(), EVP_sha256());

  const Bio chain(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(chain.get(), certificate.get());
  const Bio secret(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {.chain = text_of(chain.get()), .key = text_of(secret.get())};
}

std::unique_ptr<X509, CertificateDelete> read_certificate(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return std::unique_ptr<X509, CertificateDelete>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

std::unique_ptr<EVP_PKEY, CertificateDelete> read_key(const std::string& pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return std::unique_ptr<EVP_PKEY, CertificateDelete>(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace everynode::support
