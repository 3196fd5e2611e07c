/// HTTP requests and responses as plain values. Everything outside `net` uses these: no socket, no Beast.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace everynode::http {

/// Status codes that Everynode answers with (RFC 9110, section 15; 429 and 431: RFC 6585).
enum class Status : std::uint16_t {
  ok = 200,
  bad_request = 400,
  unauthorized = 401,
  forbidden = 403,
  not_found = 404,
  method_not_allowed = 405,
  length_required = 411,
  content_too_large = 413,
  unsupported_media_type = 415,
  expectation_failed = 417,
  too_many_requests = 429,
  header_fields_too_large = 431,
  internal_server_error = 500,
  not_implemented = 501,
  service_unavailable = 503,
};

struct Request {
  std::string method;        ///< as sent, e.g. "POST"
  std::string target;        ///< path and query, e.g. "/mutate?timeout=2s"
  std::string content_type;  ///< empty if the header is absent
  std::string body;
  bool takes_gzip = false;  ///< the client reads a body in gzip too

  /// The target without its query.
  [[nodiscard]] std::string_view path() const;
};

/// A client's certificate, as TLS has found it.
struct ClientCertificate {
  std::vector<std::string> names;  ///< the subject's common name and the alternative names: DNS, e-mail, URI
  std::string problem;             ///< why it is not trusted; empty: it is
};

/// A request before its body, which need not have arrived yet. It is valid while the request is being read.
struct Head {
  std::string_view method;
  std::string_view target;
  std::string_view authorization;                  ///< empty if the header is absent
  std::string_view host = {};                      ///< the header's value; empty if it is absent or comes twice
  std::string_view origin = {};                    ///< empty if it is absent; "several" if it comes twice
  const ClientCertificate* certificate = nullptr;  ///< null: the client has shown none, or was not asked for one

  /// The target without its query.
  [[nodiscard]] std::string_view path() const;
};

struct Header {
  std::string name;
  std::string value;
};

struct Response {
  Status status = Status::ok;
  std::string content_type = "application/json";
  std::string body;
  std::vector<Header> headers;  ///< beyond Content-Type, Content-Length, Date and Connection
};

/// True if a Content-Type value names JSON: `application/json`, in any case, with or without parameters.
[[nodiscard]] bool is_json(std::string_view content_type);

/// Whether an Accept-Encoding value names gzip, and not with a weight of 0 (RFC 9110, 12.5.3). "*" is not taken for it.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);

/// A response with a Kubernetes `v1.Status` that says what went wrong, as the API server itself would answer. `message`
/// tells people what was wrong and what is expected.
[[nodiscard]] Response failure(Status status, std::string_view message);

}  // namespace everynode::http
