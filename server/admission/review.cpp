#include "everynode/admission/review.hpp"

#include "everynode/codec/base64.hpp"
#include "everynode/codec/json_text.hpp"
#include "everynode/objects/decode.hpp"
#include "read_object.hpp"

namespace everynode::admission {
namespace {

using codec::field;
using codec::JsonValue;

/// The API server's uids have 36 bytes. The answer repeats the uid.
constexpr std::size_t longest_uid = 128;

struct Envelope {
  std::string_view api_version;
  std::string_view kind;
  bool has_request = false;
};

void read_request(JsonValue value, objects::PodParts parts, Request& out) {
  const auto read_resource = [&](JsonValue resource) {
    codec::read_fields(resource, field<"group">(out.group), field<"resource">(out.resource));
  };
  codec::read_fields(value, field<"uid">(out.uid), codec::visit<"resource">(read_resource),
                     field<"subResource">(out.sub_resource), field<"operation">(out.operation),
                     field<"namespace">(out.namespace_), field<"dryRun">(out.dry_run),
                     codec::visit<"object">([&](JsonValue object) { read_object(object, parts, out); }));
}

std::expected<void, codec::Mistake> check(const Envelope& envelope, const Request& request) {
  if (envelope.kind != "AdmissionReview" || envelope.api_version != "admission.k8s.io/v1") {
    return codec::mistake("expected an AdmissionReview of admission.k8s.io/v1, got kind \"" +
                          std::string(codec::clipped(envelope.kind)) + "\" of \"" +
                          std::string(codec::clipped(envelope.api_version)) + "\"");
  }
  if (!envelope.has_request) return codec::mistake("the AdmissionReview has no request");
  if (request.uid.size() > longest_uid)
    return codec::mistake("request.uid is longer than " + std::to_string(longest_uid) + " bytes");
  if (request.uid.empty()) return codec::mistake("request.uid is missing");
  return {};
}

void append_list(std::string& out, const std::vector<std::string>& texts) {
  out += '[';
  for (const std::string& text : texts) {
    if (out.back() != '[') out += ',';
    codec::append_quoted(out, text);
  }
  out += ']';
}

/// Groups of three bytes are encoded apart from each other, so the texts of parts that are made of them can be joined.
void append_patch(std::string& out, const Response& response) {
  const std::size_t encoded = codec::decoded_size(response.encoded_end);
  out += codec::encode_base64(response.patch.substr(0, response.patch.size() - encoded));
  out += response.encoded_end;
}

}  // namespace

std::expected<Request, codec::Mistake> read_review(const std::string& text, codec::Document& document,
                                                   objects::PodParts parts) {
  std::expected<Request, codec::Mistake> review;  // one variable for both, so that a request is never copied
  Request& out = *review;
  Envelope envelope;
  out.bytes = text.size();
  out.unreadable = "there is no object";
  const auto read_whole_request = [&](JsonValue request) {
    envelope.has_request = true;
    read_request(request, parts, out);
  };
  auto whole = document.read(text, [&](JsonValue root) {
    codec::read_fields(root, field<"apiVersion">(envelope.api_version), field<"kind">(envelope.kind),
                       codec::visit<"request">(read_whole_request));
  });
  if (whole) whole = check(envelope, out);
  // Older API servers leave metadata.namespace of a new pod empty. The request's namespace is the one that the API
  // server has checked the creator's rights for, so it counts.
  if (!out.namespace_.empty()) out.pod.metadata.namespace_ = out.namespace_;
  if (!whole) review = std::unexpected(std::move(whole.error()));
  return review;
}

std::expected<Request, codec::Mistake> read_pod(const std::string& text, codec::Document& document,
                                                objects::PodParts parts) {
  Request out;
  auto whole = document.read(text, [&](JsonValue root) { objects::read(root, out.pod, parts); });
  if (!whole) return std::unexpected(std::move(whole.error()));
  out.bytes = text.size();
  out.resource = "pods";
  out.operation = "CREATE";
  out.namespace_ = out.pod.metadata.namespace_;
  return out;
}

std::string to_json(const Response& response) {
  constexpr std::size_t usual = 512;  // all but the patch
  std::string out;
  out.reserve(usual + response.patch.size() * 4 / 3);
  out += R"({"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{)";
  codec::append_member(out, "uid");
  codec::append_quoted(out, response.uid);
  out += R"(,"allowed":true)";
  if (!response.patch.empty()) {
    out += R"(,"patchType":"JSONPatch","patch":")";
    append_patch(out, response);
    out += '"';
  }
  if (!response.audit_annotations.empty()) {
    codec::append_member(out, "auditAnnotations");
    out += '{';
    for (const auto& [key, value] : response.audit_annotations) {
      codec::append_member(out, key);
      codec::append_quoted(out, value);
    }
    out += '}';
  }
  if (!response.warnings.empty()) {
    codec::append_member(out, "warnings");
    append_list(out, response.warnings);
  }
  out += "}}";
  return out;
}

}  // namespace everynode::admission
