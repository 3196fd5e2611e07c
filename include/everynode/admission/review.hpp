/// `admission.k8s.io/v1 AdmissionReview`, in and out (admission-webhook.md 1.2 and 1.3).
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "everynode/core/patch.hpp"
#include "everynode/core/pod.hpp"
#include "everynode/core/reader.hpp"

namespace everynode::admission {

/// What is asked: may this object be created, and how should it look?
struct Request {
  std::string uid;        ///< of this request, to be repeated in the answer
  std::string group;      ///< of the resource; "" for the core group
  std::string resource;   ///< "pods"
  std::string sub_resource;
  std::string operation;  ///< "CREATE", "UPDATE", "DELETE", "CONNECT"
  std::string namespace_;
  bool dry_run = false;
  std::expected<core::Pod, std::string> pod = std::unexpected("there is no object");  ///< or why it is not a pod we can read
};

/// Reads a review. Errors say why it is none that can be answered: not an AdmissionReview, another version, no request, no uid.
/// An object that is no readable Pod is not such an error: it can be answered, and is.
[[nodiscard]] std::expected<Request, std::string> read_review(core::Reader::Element document);

/// A bare Pod as the request that would create it.
[[nodiscard]] std::expected<Request, std::string> read_pod(core::Reader::Element document);

/// The answer. Everynode never denies: `allowed` is always true.
struct Response {
  std::string uid;
  core::Patch patch;  ///< empty: the object is right as it is
  std::vector<std::pair<std::string, std::string>> audit_annotations;  ///< keys without the webhook's name, which the API server puts before them
  std::vector<std::string> warnings;                                   ///< shown by kubectl to whoever made the request
};

/// The AdmissionReview that carries the answer.
[[nodiscard]] std::string to_json(const Response& response);

}  // namespace everynode::admission
