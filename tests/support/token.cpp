#include "token.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

#include "everynode/codec/base64.hpp"

namespace everynode::support {
namespace {

struct Curve {
  const char* name;
  const char* group;
  std::size_t coordinate;
};

Curve curve_of(const std::string& algorithm) {
  if (algorithm == "ES256") return {"P-256", "P-256", 32};
  if (algorithm == "ES384") return {"P-384", "P-384", 48};
  return {"P-521", "P-521", 66};
}

const EVP_MD* digest_of(const std::string& algorithm) {
  if (algorithm.ends_with("384")) return EVP_sha384();
  return algorithm.ends_with("512") ? EVP_sha512() : EVP_sha256();
}

std::string bytes_of(const BIGNUM* number, std::size_t size) {
  std::string bytes(size == 0 ? static_cast<std::size_t>(BN_num_bytes(number)) : size, '\0');
  BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  return bytes;
}

std::string parameter(const EVP_PKEY* key, const char* name, std::size_t size = 0) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) throw std::runtime_error(std::string("no ") + name);
  std::string bytes = bytes_of(number, size);
  BN_free(number);
  return bytes;
}

/// The two numbers of an ASN.1 signature, as RFC 7518, section 3.4, has them.
std::string to_raw(const std::string& der, std::size_t coordinate) {
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  ECDSA_SIG* both = d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size()));
  std::string raw = bytes_of(ECDSA_SIG_get0_r(both), coordinate) + bytes_of(ECDSA_SIG_get0_s(both), coordinate);
  ECDSA_SIG_free(both);
  return raw;
}

std::string sign(EVP_PKEY* key, const EVP_MD* digest, const std::string& text) {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  EVP_DigestSignInit(context, nullptr, digest, nullptr, key);
  EVP_DigestSign(context, nullptr, &size, bytes, text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()), &size, bytes, text.size());
  signature.resize(size);
  EVP_MD_CTX_free(context);
  return signature;
}

}  // namespace

SigningKey::SigningKey(std::string id, std::string algorithm, unsigned rsa_bits)
    : id_(std::move(id)),
      algorithm_(std::move(algorithm)),
      key_(algorithm_ == "RS256" ? EVP_RSA_gen(rsa_bits) : EVP_EC_gen(curve_of(algorithm_).group)) {}

std::string SigningKey::coordinates() const {
  if (algorithm_ == "RS256") {
    return R"("kty":"RSA","n":")" + base64url(parameter(key_.get(), OSSL_PKEY_PARAM_RSA_N)) + R"(","e":")" +
           base64url(parameter(key_.get(), OSSL_PKEY_PARAM_RSA_E)) + "\"";
  }
  const Curve curve = curve_of(algorithm_);
  return R"("kty":"EC","crv":")" + std::string(curve.name) + R"(","x":")" +
         base64url(parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_X, curve.coordinate)) + R"(","y":")" +
         base64url(parameter(key_.get(), OSSL_PKEY_PARAM_EC_PUB_Y, curve.coordinate)) + "\"";
}

std::string SigningKey::jwk(const std::string& more) const {
  return R"({"use":"sig","kid":")" + id_ + R"(","alg":")" + algorithm_ + "\"," + coordinates() + more + "}";
}

std::string SigningKey::token(const std::string& claims) const {
  return token(R"({"alg":")" + algorithm_ + R"(","kid":")" + id_ + "\"}", claims);
}

std::string SigningKey::token(const std::string& header, const std::string& claims) const {
  const std::string text = base64url(header) + "." + base64url(claims);
  std::string signature = sign(key_.get(), digest_of(algorithm_), text);
  if (algorithm_ != "RS256") signature = to_raw(signature, curve_of(algorithm_).coordinate);
  return text + "." + base64url(signature);
}

std::string base64url(std::string_view bytes) {
  std::string text = codec::encode_base64(bytes);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  text.erase(std::ranges::find(text, '='), text.end());
  return text;
}

std::string key_set(const std::string& keys) {
  return R"({"keys":[)" + keys + "]}";
}

}  // namespace everynode::support
