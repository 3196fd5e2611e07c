/// `admission.k8s.io/v1 AdmissionReview`, in and out (requirements A1, A2, A4 and A5).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "everynode/admission/patch.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/objects/pod.hpp"

namespace everynode::admission {

/// What is asked: may this object be created, and how should it look? Texts are views into the document that it was
/// read from.
struct Request {
  std::string_view uid;       ///< of this request, to be repeated in the answer
  std::string_view group;     ///< of the resource; "" for the core group
  std::string_view resource;  ///< "pods"
  std::string_view sub_resource;
  std::string_view operation;  ///< "CREATE", "UPDATE", "DELETE", "CONNECT"
  std::string_view namespace_;
  bool dry_run = false;
  objects::Pod pod;
  std::string unreadable;  ///< why the object is no Pod that we can read; empty if `pod` is it
  bool too_large = false;  ///< it is unreadable for having more elements than we read, and for nothing else
  std::size_t bytes = 0;   ///< of the text that it was read from: the pod is no larger
};

/// Reads a review. Returns why it is none that can be answered, or nothing: no JSON, not an AdmissionReview, another
/// version, no request, no uid. An object that is no readable Pod is not such a reason: it can be answered, and is.
[[nodiscard]] std::string read_review(const std::string& text, codec::Document& document, Request& out);

/// Reads a bare Pod as the request that would create it. Returns why it is none, or nothing.
[[nodiscard]] std::string read_pod(const std::string& text, codec::Document& document, Request& out);

/// The answer. Everynode never denies: `allowed` is always true. Its views are into the request and the decision.
struct Response {
  std::string_view uid;
  std::string_view patch;  ///< JSON Patch, as JSON text; empty: the object is right as it is
  /// For the audit log; keys without the webhook's name, which the API server puts before them.
  std::vector<std::pair<std::string_view, std::string>> audit_annotations;
  std::vector<std::string> warnings;  ///< shown by kubectl to whoever made the request
};

/// The AdmissionReview that carries the answer.
[[nodiscard]] std::string to_json(const Response& response);

}  // namespace everynode::admission
