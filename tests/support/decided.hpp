/// Short ways to write tests of admission: a pod goes in, the decision and the patched pod come out.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "error_of.hpp"
#include "everynode/admission/decide.hpp"
#include "everynode/codec/base64.hpp"
#include "everynode/codec/document.hpp"

namespace everynode::support {

/// A pod of the DaemonSet "agent" with this spec and this additional metadata (both are the inside of an object).
inline std::string daemon_pod(std::string_view spec, std::string_view metadata = "") {
  std::string text =
      R"({"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"agent-","namespace":"kube-system",)";
  text +=
      R"("ownerReferences":[{"apiVersion":"apps/v1","kind":"DaemonSet","name":"agent","uid":"u1","controller":true}])";
  if (!metadata.empty()) text.append(",").append(metadata);
  return text.append("},\"spec\":{").append(spec).append("}}");
}

/// The spec of a pod whose required node affinity has these terms.
inline std::string with_terms(std::string_view terms) {
  return R"("affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":)" +
         std::string(terms) + "}}}";
}

/// A node affinity that names no node: other webhooks replace the controller's with such a one.
inline constexpr std::string_view pool_affinity =
    R"({"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":)"
    R"([{"matchExpressions":[{"key":"pool","operator":"In","values":["a"]}]}]}}})";

/// The review that asks to create the pod.
inline std::string review_of(std::string_view pod, std::string_view operation = "CREATE",
                             std::string_view resource = "pods") {
  std::string text =
      R"({"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"r1","resource":)";
  text.append(R"({"group":"","version":"v1","resource":")")
      .append(resource)
      .append(R"("},"operation":")")
      .append(operation);
  return text.append(R"(","namespace":"kube-system","dryRun":false,"object":)").append(pod).append("}}");
}

/// The results of one review. Owns the texts that the decision refers to.
struct Decided {
  std::string text;
  std::unique_ptr<codec::Document> document = std::make_unique<codec::Document>();
  admission::Request request;
  std::string refused;  ///< why the text is not a review
  admission::Decision decision;

  [[nodiscard]] std::string node() const {
    return decision.target ? std::string(decision.target->node) : std::string();
  }

  /// The patch as the answer carries it; empty if there is none.
  [[nodiscard]] std::string sent_patch() const {
    const std::string review = admission::to_json(admission::answer(request, decision));
    const nlohmann::json response = nlohmann::json::parse(review)["response"];
    return response.contains("patch") ? codec::decode_base64(response["patch"].get<std::string>()).value() : "";
  }

  /// The pod after the patch, computed by an implementation of RFC 6902 that is not ours.
  [[nodiscard]] nlohmann::json patched() const {
    const nlohmann::json pod = nlohmann::json::parse(text)["request"]["object"];
    const std::string patch = sent_patch();
    return patch.empty() ? pod : pod.patch(nlohmann::json::parse(patch));
  }

  [[nodiscard]] nlohmann::json terms() const {
    return patched()["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
                    ["nodeSelectorTerms"];
  }
};

inline Decided decide_review(std::string review, const admission::Policy& policy = {}) {
  Decided decided;
  decided.text = std::move(review);
  auto request = admission::read_review(decided.text, *decided.document);
  decided.refused = error_of(request);
  if (!request) return decided;
  decided.request = std::move(*request);
  codec::Document scratch;
  decided.decision = admission::decide(policy, decided.request, scratch);
  return decided;
}

inline Decided decide_pod(std::string_view pod, const admission::Policy& policy = {}) {
  return decide_review(review_of(pod), policy);
}

}  // namespace everynode::support
