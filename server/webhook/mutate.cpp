#include "everynode/webhook/mutate.hpp"

namespace everynode::webhook {

Mutate::Mutate(const SharedPolicy& policy, Metrics& metrics, const DecisionSink& decided)
    : policy_(policy), metrics_(metrics), decided_(decided) {}

http::Response Mutate::operator()(const http::Request& request) {
  const auto began = std::chrono::steady_clock::now();
  if (!http::is_json(request.content_type)) {
    return http::failure(http::Status::unsupported_media_type,
                         "expected Content-Type application/json, got \"" + request.content_type + "\"");
  }
  if (request.body.empty())
    return http::failure(http::Status::bad_request, "the body is empty; expected an AdmissionReview");
  admission::Request review;
  const std::string problem = admission::read_review(request.body, document_, review);
  if (!problem.empty()) return http::failure(http::Status::bad_request, "the body is no AdmissionReview: " + problem);

  const auto policy = policy_.load();
  const admission::Decision decision = admission::decide(*policy, review, scratch_);
  http::Response response;
  response.body = to_json(answer(review, decision));
  metrics_.mutation(decision);
  decided_(review, decision, std::chrono::steady_clock::now() - began);
  return response;
}

}  // namespace everynode::webhook
