#include "everynode/http/message.hpp"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace everynode::http {
namespace {

/// The `reason` words of metav1.Status; the API server has none for the others.
std::string_view reason_of(Status status) {
  switch (status) {
    case Status::bad_request:
      return "BadRequest";
    case Status::unauthorized:
      return "Unauthorized";
    case Status::forbidden:
      return "Forbidden";
    case Status::not_found:
      return "NotFound";
    case Status::method_not_allowed:
      return "MethodNotAllowed";
    case Status::content_too_large:
      return "RequestEntityTooLarge";
    case Status::unsupported_media_type:
      return "UnsupportedMediaType";
    case Status::too_many_requests:
      return "TooManyRequests";
    case Status::internal_server_error:
      return "InternalError";
    case Status::service_unavailable:
      return "ServiceUnavailable";
    default:
      return "";
  }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string_view Request::path() const {
  return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Head::path() const {
  return target.substr(0, target.find('?'));
}

bool takes_gzip(std::string_view accept_encoding) {
  const auto trimmed = [](std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
  };
  while (!accept_encoding.empty()) {
    const std::size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view coding = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const std::size_t semicolon = std::min(coding.find(';'), coding.size());
    const std::string_view weight = trimmed(coding.substr(std::min(semicolon + 1, coding.size())));
    const bool refused = weight.starts_with("q=0") && weight.find_first_of("123456789") == std::string_view::npos;
    if (equal_ignoring_case(trimmed(coding.substr(0, semicolon)), "gzip")) return !refused;
  }
  return false;
}

bool is_json(std::string_view content_type) {
  std::string_view media_type = content_type.substr(0, content_type.find(';'));
  while (media_type.ends_with(' ') || media_type.ends_with('\t')) media_type.remove_suffix(1);
  return media_type == "application/json" || equal_ignoring_case(media_type, "application/json");
}

Response failure(Status status, std::string_view message) {
  nlohmann::ordered_json body;
  body["kind"] = "Status";
  body["apiVersion"] = "v1";
  body["metadata"] = nlohmann::ordered_json::object();
  body["status"] = "Failure";
  body["message"] = message;
  if (const auto reason = reason_of(status); !reason.empty()) body["reason"] = reason;
  body["code"] = static_cast<int>(status);
  Response response;
  response.status = status;
  // The message may quote text from a client, which need not be UTF-8.
  response.body = body.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  return response;
}

}  // namespace everynode::http
