#include "everynode/kube/reply.hpp"

#include <algorithm>

#include "everynode/codec/document.hpp"
#include "everynode/codec/protobuf.hpp"

namespace everynode::kube {
namespace {

using codec::field;

/// The largest excerpt of a body that is not a Status.
constexpr std::size_t excerpt = 200;

/// `Value`: codec::JsonValue or codec::Message.
template <class Value, class... More>
void read_status(Value value, ApiStatus& status, const More&... more) {
  const auto read_cause = [&](Value cause) {
    if (status.cause.empty()) codec::read_fields(cause, field<"reason", 1>(status.cause));
  };
  const auto read_details = [&](Value details) {
    codec::read_fields(details, codec::visit_each<"causes", 4>(read_cause));
  };
  codec::read_fields(value, field<"message", 3>(status.message), field<"reason", 4>(status.reason),
                     codec::visit<"details", 5>(read_details), more...);
}

// Both give nullopt if this is not a Status.
std::optional<ApiStatus> status_in_protobuf(std::string_view body) {
  ApiStatus status;
  std::string_view kind;
  const auto read = codec::read_protobuf([&] {
    const codec::Envelope envelope = codec::open_envelope(body);
    kind = envelope.kind;
    read_status(envelope.object, status);
  });
  if (!read || kind != "Status") return std::nullopt;
  return status;
}

std::optional<ApiStatus> status_in_json(const std::string& body) {
  ApiStatus status;
  std::string_view kind;
  codec::Document document;
  const auto read = document.read(body, [&](codec::JsonValue root) { read_status(root, status, field<"kind">(kind)); });
  if (!read || kind != "Status") return std::nullopt;
  return status;
}

std::string first_line(std::string_view body) {
  return std::string(body.substr(0, std::min(body.find_first_of("\r\n"), excerpt)));
}

std::string in_short(std::string_view body) {
  return is_html(body) ? "a page of HTML" : first_line(body);
}

std::string in_quotes(std::string_view text) {
  return std::string("\"").append(text).append("\"");
}

/// The missing RBAC rule, in the form that a role has.
std::string missing_rule(const Request& request) {
  std::string resource(request.resource.plural);
  if (!request.resource.subresource.empty()) resource.append("/").append(request.resource.subresource);
  return "{apiGroups: [" + in_quotes(request.resource.group) + "], resources: [" + in_quotes(resource) + "], verbs: [" +
         in_quotes(name_of(request.verb)) + "]}";
}

}  // namespace

bool is_html(std::string_view body) {
  constexpr std::string_view blank = " \t\r\n\xef\xbb\xbf";
  constexpr std::size_t looked_at = 1024;
  const std::size_t begin = body.find_first_not_of(blank);
  if (begin == std::string_view::npos || body[begin] != '<') return false;
  std::string head(body.substr(begin, looked_at));
  std::ranges::transform(head, head.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  return head.contains("html") || head.starts_with("<head") || head.starts_with("<title") || head.starts_with("<body");
}

ApiStatus status_of(const Reply& reply) {
  const bool protobuf = reply.encoding == Encoding::protobuf;
  auto status = protobuf ? status_in_protobuf(reply.body) : status_in_json(reply.body);
  if (!status) status = ApiStatus{.code = 0, .reason = {}, .message = in_short(reply.body), .cause = {}};
  status->code = reply.status;
  return std::move(*status);
}

std::string explain(const Request& request, const ApiStatus& status) {
  std::string line = "cannot " + std::string(name_of(request.verb)) + " " + name_of(request.resource) + " (" +
                     std::string(request.method()) + " " + request.target.substr(0, request.target.find('?')) +
                     "): " + std::to_string(status.code);
  if (!status.reason.empty()) line += " " + status.reason;
  if (!status.cause.empty()) line += " (" + status.cause + ")";
  if (!status.message.empty()) line += ": " + status.message;
  if (status.code == 401) line += "; the API server does not accept our credentials: renew the token or certificate";
  // Refusals with 403 because of a terminating namespace, quota or admission have other texts.
  if (status.code == 403 && status.cause.empty() && status.message.contains("cannot "))
    line += "; add to the role: " + missing_rule(request);
  return line;
}

std::string explain(const Request& request, const Outcome& outcome) {
  return outcome ? explain(request, status_of(*outcome)) : outcome.error().why;
}

}  // namespace everynode::kube
