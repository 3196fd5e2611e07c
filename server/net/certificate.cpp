#include "certificate.hpp"

#include <openssl/asn1.h>
#include <openssl/evp.h>

#include <array>
#include <ctime>
#include <string_view>

namespace everynode::net {

std::string fingerprint_of(const X509* certificate) {
  if (certificate == nullptr) return {};
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &length);
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text;
  for (unsigned i = 0; i < length; ++i) {
    text += hex[digest[i] >> 4];
    text += hex[digest[i] & 15];
  }
  return text;
}

std::chrono::sys_seconds to_time(const ASN1_TIME* time) {
  std::tm utc{};
  ASN1_TIME_to_tm(time, &utc);
  return std::chrono::sys_seconds(std::chrono::seconds(timegm(&utc)));
}

std::string to_text(std::chrono::sys_seconds time) {
  const std::time_t seconds = time.time_since_epoch().count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 64> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {text.data(), length};
}

std::string no_passphrase(std::size_t, boost::asio::ssl::context_base::password_purpose) {
  return {};
}

}  // namespace everynode::net
