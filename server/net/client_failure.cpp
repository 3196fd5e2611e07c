#include "client_failure.hpp"

#include <openssl/err.h>
#include <openssl/sslerr.h>
#include <openssl/x509_vfy.h>

#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/http/error.hpp>

namespace everynode::net {
namespace {

namespace asio = boost::asio;
namespace http_error = boost::beast::http;
using boost::system::error_code;

FailureKind kind_of_certificate_failure(long verdict) {
  switch (verdict) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return FailureKind::wrong_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return FailureKind::outdated;
    default:
      return FailureKind::untrusted;
  }
}

/// The server refuses our certificate with an alert, which in TLS 1.3 comes only with the first answer.
bool refuses_our_certificate(const error_code& error) {
  if (error.category() != asio::error::get_ssl_category()) return false;
  switch (ERR_GET_REASON(static_cast<unsigned long>(error.value()))) {
    case SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    case SSL_R_SSLV3_ALERT_BAD_CERTIFICATE:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED:
    case SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN:
    case SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE:
    case SSL_R_TLSV1_ALERT_UNKNOWN_CA:
      return true;
    default:
      return false;
  }
}

bool is_end(const error_code& error) {
  return error == asio::error::eof || error == asio::ssl::error::stream_truncated ||
         error == http_error::error::end_of_stream || error == http_error::error::partial_message;
}

Failure with(FailureKind kind, std::string detail) {
  return {.kind = kind, .detail = std::move(detail)};
}

}  // namespace

Failure connect_failure(const error_code& error, const SSL* session) {
  const std::string words = error.message();
  if (error == asio::error::operation_aborted) return with(FailureKind::cancelled, words);
  if (error == asio::error::connection_refused) return with(FailureKind::refused, words);
  if (error.category() == asio::error::get_netdb_category() || error.category() == asio::error::get_addrinfo_category())
    return with(FailureKind::unresolved, words);
  if (session == nullptr) return with(FailureKind::unreachable, words);
  const long verdict = SSL_get_verify_result(session);
  const bool verifies = SSL_get_verify_mode(session) != SSL_VERIFY_NONE;
  if (verifies && verdict != X509_V_OK)
    return with(kind_of_certificate_failure(verdict), X509_verify_cert_error_string(verdict));
  if (refuses_our_certificate(error)) return with(FailureKind::own_certificate, words);
  if (error.category() == asio::error::get_ssl_category()) return with(FailureKind::no_tls, words);
  return with(is_end(error) ? FailureKind::closed : FailureKind::broken, words);
}

Failure exchange_failure(const error_code& error) {
  const std::string words = error.message();
  if (error == asio::error::operation_aborted) return with(FailureKind::cancelled, words);
  if (is_end(error)) return with(FailureKind::closed, words);
  if (refuses_our_certificate(error)) return with(FailureKind::own_certificate, words);
  if (error == http_error::error::body_limit) return with(FailureKind::too_large, words);
  const bool http = error.category() == http_error::make_error_code(http_error::error::body_limit).category();
  return with(http ? FailureKind::malformed : FailureKind::broken, words);
}

}  // namespace everynode::net
