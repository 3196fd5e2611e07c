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

bool is_json(std::string_view content_type) {
  std::string_view media_type = content_type.substr(0, content_type.find(';'));
  while (media_type.ends_with(' ') || media_type.ends_with('\t')) media_type.remove_suffix(1);
  return equal_ignoring_case(media_type, "application/json");
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
