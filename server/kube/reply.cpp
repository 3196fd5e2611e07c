#include "everynode/kube/reply.hpp"

#include <algorithm>
#include <array>

#include "everynode/codec/document.hpp"
#include "everynode/codec/protobuf.hpp"

namespace everynode::kube {
namespace {

using Element = codec::Reader::Element;

/// The largest excerpt of a body that is not a Status.
constexpr std::size_t excerpt = 200;

void read_cause(codec::Reader& reader, Element details, ApiStatus& status) {
  constexpr std::array<std::string_view, 1> names{"causes"};
  constexpr std::array<std::string_view, 1> cause_names{"reason"};
  std::size_t causes = 0;
  reader.object(details, names, [&](std::size_t, Element list) {
    reader.array(list, [&](Element cause) {
      if (causes++ > 0) return;
      reader.object(cause, cause_names, [&](std::size_t, Element member) {
        std::string_view reason;
        reader.read(member, reason);
        status.cause = reason;
      });
    });
  });
}

// Both return false if this is not a Status.
bool read_status_protobuf(std::string_view body, ApiStatus& status) {
  std::string_view kind;
  const auto cause = [&](codec::Message value) {
    if (status.cause.empty()) codec::read_fields(value, codec::text(1, status.cause));
  };
  const std::string problem = codec::protobuf_mistake([&] {
    const codec::Envelope envelope = codec::open_envelope(body);
    kind = envelope.kind;
    codec::read_fields(
        envelope.object, codec::text(3, status.message), codec::text(4, status.reason),
        codec::message(5, [&](codec::Message details) { codec::read_fields(details, codec::message(4, cause)); }));
  });
  return problem.empty() && kind == "Status";
}

bool read_status(const std::string& body, ApiStatus& status) {
  constexpr std::array<std::string_view, 4> names{"kind", "reason", "message", "details"};
  std::string_view kind;
  codec::Document document;
  const std::string problem = document.read(body, [&](codec::Reader& reader, Element root) {
    reader.object(root, names, [&](std::size_t name, Element member) {
      std::string_view text;
      if (name == 3) return read_cause(reader, member, status);
      reader.read(member, text);
      if (name == 0) kind = text;
      if (name == 1) status.reason = text;
      if (name == 2) status.message = text;
    });
  });
  return problem.empty() && kind == "Status";
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
  ApiStatus status;
  const bool protobuf = reply.encoding == Encoding::protobuf;
  if (protobuf ? !read_status_protobuf(reply.body, status) : !read_status(reply.body, status))
    status = {.code = 0, .reason = {}, .message = in_short(reply.body), .cause = {}};
  status.code = reply.status;
  return status;
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
