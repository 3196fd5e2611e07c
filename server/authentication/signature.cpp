#include "signature.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>

namespace everynode::authentication {
namespace {

template <auto free_it>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free_it(object);
  }
};
using Number = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Free<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Free<OSSL_PARAM_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Free<EVP_MD_CTX_free>>;
using CurveSignature = std::unique_ptr<ECDSA_SIG, Free<ECDSA_SIG_free>>;

constexpr int least_modulus = 2048;
constexpr int most_modulus = 8192;
constexpr int most_exponent = 64;

/// What RFC 7518 and OpenSSL call the same.
struct Kind {
  Algorithm algorithm;
  std::string_view name;
  std::string_view curve;
  const char* group;  ///< OpenSSL's name of the curve; null: RSA
  const char* digest;
  std::size_t coordinate;  ///< bytes
};
constexpr std::array<Kind, 4> kinds{{
    {Algorithm::rs256, "RS256", "", nullptr, "SHA256", 0},
    {Algorithm::es256, "ES256", "P-256", "prime256v1", "SHA256", 32},
    {Algorithm::es384, "ES384", "P-384", "secp384r1", "SHA384", 48},
    {Algorithm::es512, "ES512", "P-521", "secp521r1", "SHA512", 66},
}};

const Kind& kind_of(Algorithm algorithm) {
  return kinds.at(static_cast<std::size_t>(algorithm));
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Number number_of(std::string_view big_endian) {
  return Number(BN_bin2bn(bytes_of(big_endian), static_cast<int>(big_endian.size()), nullptr));
}

/// Null if OpenSSL does not take the parameters, e.g. because a point is not on its curve.
EVP_PKEY* make_key(const char* type, OSSL_PARAM_BLD* builder) {
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
  ERR_clear_error();
  return made ? key : nullptr;
}

/// OpenSSL knows signatures of curves as an ASN.1 sequence of two numbers only. Empty if it is none.
std::string to_der(std::string_view signature, std::size_t coordinate) {
  if (signature.size() != 2 * coordinate) return {};
  const CurveSignature both(ECDSA_SIG_new());
  Number r = number_of(signature.substr(0, coordinate));
  Number s = number_of(signature.substr(coordinate));
  if (!both || !r || !s || ECDSA_SIG_set0(both.get(), r.get(), s.get()) != 1) return {};
  (void)r.release();
  (void)s.release();
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(both.get(), &der);
  if (size <= 0) return {};
  std::string text(reinterpret_cast<char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return text;
}

}  // namespace

std::optional<Algorithm> algorithm_of(std::string_view name) {
  for (const Kind& kind : kinds) {
    if (kind.name == name) return kind.algorithm;
  }
  return std::nullopt;
}

std::optional<Algorithm> algorithm_of_curve(std::string_view curve) {
  for (const Kind& kind : kinds) {
    if (kind.group != nullptr && kind.curve == curve) return kind.algorithm;
  }
  return std::nullopt;
}

void PublicKey::Delete::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

PublicKey::Made PublicKey::rsa(std::string_view modulus, std::string_view exponent) {
  if (modulus.size() > most_modulus / 8 || exponent.size() > most_exponent / 8)
    return codec::mistake("n or e is longer than we compute with");
  const Number n = number_of(modulus);
  const Number e = number_of(exponent);
  if (BN_num_bits(n.get()) < least_modulus || BN_is_odd(n.get()) == 0)
    return codec::mistake("n has less than 2,048 bits, or is even");
  if (BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) == 1) return codec::mistake("e is no exponent of RSA");
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  Handle key(make_key("RSA", builder.get()));
  if (!key) return codec::mistake("n and e are no key of RSA");
  return std::shared_ptr<const PublicKey>(new PublicKey(Algorithm::rs256, std::move(key)));
}

PublicKey::Made PublicKey::elliptic(Algorithm algorithm, std::string_view x, std::string_view y) {
  const Kind& kind = kind_of(algorithm);
  if (x.size() != kind.coordinate || y.size() != kind.coordinate)
    return codec::mistake("x and y have " + std::to_string(kind.coordinate) + " bytes each on this curve");
  const std::string point = "\x04" + std::string(x) + std::string(y);  // SEC 1, 2.3.3: uncompressed
  const Builder builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, kind.group, 0);
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size());
  Handle key(make_key("EC", builder.get()));
  if (!key) return codec::mistake("x and y are no point of the curve");
  return std::shared_ptr<const PublicKey>(new PublicKey(algorithm, std::move(key)));
}

bool PublicKey::verifies(std::string_view text, std::string_view signature) const {
  const Kind& kind = kind_of(algorithm_);
  std::string der;
  if (kind.group != nullptr) {
    der = to_der(signature, kind.coordinate);
    signature = der;
  }
  const DigestContext context(EVP_MD_CTX_new());
  const bool good =
      !signature.empty() &&
      EVP_DigestVerifyInit_ex(context.get(), nullptr, kind.digest, nullptr, nullptr, key_.get(), nullptr) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(text), text.size()) == 1;
  ERR_clear_error();
  return good;
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(digest.data()), size};
}

}  // namespace everynode::authentication
