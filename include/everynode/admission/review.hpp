/// `admission.k8s.io/v1 AdmissionReview`: reads requests and writes answers (requirements A1, A2, A4 and A5).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// The question whether this object may be created, and how it should look. Texts are views into the document that it
/// was read from.
struct Request {
  std::string_view uid;       ///< of this request; the answer repeats it
  std::string_view group;     ///< of the resource; empty: the core group
  std::string_view resource;  ///< "pods"
  std::string_view sub_resource;
  std::string_view operation;  ///< "CREATE", "UPDATE", "DELETE", "CONNECT"
  std::string_view namespace_;
  bool dry_run = false;
  objects::Pod pod;
  std::string unreadable;  ///< why the object is not a Pod that we can read; empty: `pod` is that Pod
  bool too_large = false;  ///< the only reason why it is unreadable: it has more elements than we read
  std::size_t bytes = 0;   ///< length of the text that it was read from: the pod is no larger
};

/// Reads a review. The error says why it cannot be answered: not JSON, not an AdmissionReview, another version, no
/// request, no uid. A review whose object is not a readable Pod can be answered. `parts`: how much of the Pod is read.
[[nodiscard]] std::expected<Request, codec::Mistake> read_review(
    const std::string& text, codec::Document& document, objects::PodParts parts = objects::PodParts::placement);

/// Reads a bare Pod as the request that would create it.
[[nodiscard]] std::expected<Request, codec::Mistake> read_pod(const std::string& text, codec::Document& document,
                                                              objects::PodParts parts = objects::PodParts::placement);

/// The answer. Everynode never denies: `allowed` is always true. Its views are into the request and the decision.
struct Response {
  std::string_view uid;
  std::string_view patch;  ///< JSON Patch, as JSON text; empty: nothing to change
  /// The end of `patch` in base64, which begins at a multiple of three bytes; empty: nobody has encoded any of it yet.
  std::string_view encoded_end;
  /// For the audit log. The API server puts the webhook's name before each key.
  std::vector<std::pair<std::string_view, std::string>> audit_annotations;
  std::vector<std::string> warnings;  ///< kubectl shows them to the user
};

/// The AdmissionReview that carries the answer.
[[nodiscard]] std::string to_json(const Response& response);

}  // namespace everynode::admission
