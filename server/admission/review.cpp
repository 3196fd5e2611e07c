#include "everynode/admission/review.hpp"

#include <array>

#include "everynode/admission/base64.hpp"
#include "everynode/core/decode.hpp"
#include "everynode/core/json_text.hpp"

namespace everynode::admission {
namespace {

using Element = core::Reader::Element;

struct Envelope {
  std::string api_version;
  std::string kind;
  std::optional<Element> request;
};

std::expected<core::Pod, std::string> read_object(Element object) {
  core::Reader reader;
  core::Pod pod;
  core::read(reader, object, pod);
  if (!reader.ok()) return std::unexpected(reader.error());
  return pod;
}

void read_resource(core::Reader& reader, Element value, Request& out) {
  constexpr std::array<std::string_view, 2> names{"group", "resource"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    reader.read(member, name == 0 ? out.group : out.resource);
  });
}

void read_request(core::Reader& reader, Element value, Request& out) {
  constexpr std::array<std::string_view, 7> names{"uid",       "resource", "subResource", "operation",
                                                  "namespace", "dryRun",   "object"};
  reader.object(value, names, [&](std::size_t name, Element member) {
    switch (name) {
      case 0: return reader.read(member, out.uid);
      case 1: return read_resource(reader, member, out);
      case 2: return reader.read(member, out.sub_resource);
      case 3: return reader.read(member, out.operation);
      case 4: return reader.read(member, out.namespace_);
      case 5: return reader.read(member, out.dry_run);
      default: out.pod = read_object(member);
    }
  });
}

/// Older API servers leave metadata.namespace of a new pod empty: the request's namespace is the one that counts.
void settle_namespace(Request& request) {
  if (request.pod && request.pod->metadata.namespace_.empty()) request.pod->metadata.namespace_ = request.namespace_;
}

std::expected<Envelope, std::string> read_envelope(Element document) {
  constexpr std::array<std::string_view, 3> names{"apiVersion", "kind", "request"};
  Envelope envelope;
  core::Reader reader;
  reader.object(document, names, [&](std::size_t name, Element member) {
    if (name == 0) reader.read(member, envelope.api_version);
    if (name == 1) reader.read(member, envelope.kind);
    if (name == 2) envelope.request = member;
  });
  if (!reader.ok()) return std::unexpected(reader.error());
  return envelope;
}

void append_list(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    core::append_quoted(out, text);
  }
  out += ']';
}

}  // namespace

std::expected<Request, std::string> read_review(Element document) {
  const auto envelope = read_envelope(document);
  if (!envelope) return std::unexpected(envelope.error());
  if (envelope->kind != "AdmissionReview" || envelope->api_version != "admission.k8s.io/v1") {
    return std::unexpected("expected an AdmissionReview of admission.k8s.io/v1, got kind \"" + envelope->kind + "\" of \"" +
                           envelope->api_version + "\"");
  }
  if (!envelope->request) return std::unexpected("the AdmissionReview has no request");
  Request request;
  core::Reader reader;
  read_request(reader, *envelope->request, request);
  if (!reader.ok()) return std::unexpected("request." + reader.error());
  if (request.uid.empty()) return std::unexpected("request.uid is missing");
  settle_namespace(request);
  return request;
}

std::expected<Request, std::string> read_pod(Element document) {
  const auto envelope = read_envelope(document);
  if (!envelope) return std::unexpected(envelope.error());
  if (envelope->kind != "Pod") {
    return std::unexpected("expected a Pod or an AdmissionReview, got kind \"" + envelope->kind + "\"");
  }
  auto pod = read_object(document);
  if (!pod) return std::unexpected(pod.error());
  Request request;
  request.resource = "pods";
  request.operation = "CREATE";
  request.namespace_ = pod->metadata.namespace_;
  request.pod = std::move(pod);
  return request;
}

std::string to_json(const Response& response) {
  std::string out = R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{)";
  core::append_member(out, "uid");
  core::append_quoted(out, response.uid);
  out += R"(,"allowed":true)";
  if (!response.patch.empty()) {
    out += R"(,"patchType":"JSONPatch","patch":")";
    out += base64(core::to_json(response.patch));
    out += '"';
  }
  if (!response.audit_annotations.empty()) {
    core::append_member(out, "auditAnnotations");
    out += '{';
    for (const auto& [key, value] : response.audit_annotations) {
      core::append_member(out, key);
      core::append_quoted(out, value);
    }
    out += '}';
  }
  if (!response.warnings.empty()) {
    core::append_member(out, "warnings");
    append_list(out, response.warnings);
  }
  out += "}}";
  return out;
}

}  // namespace everynode::admission
