#include "mutate.hpp"

#include <mutex>

namespace everynode::webhook {
namespace {

/// The parser needs up to six times a text's size, so texts of this size are read by one worker at a time.
constexpr std::size_t large = 512 * 1024;

std::mutex one_at_a_time;

}  // namespace

Mutate::Mutate(const SharedPolicy& policy, Metrics& metrics, const DecisionSink& decided)
    : policy_(policy), metrics_(metrics), decided_(decided) {}

http::Response Mutate::operator()(const http::Request& request) {
  if (!http::is_json(request.content_type)) {
    return http::failure(http::Status::unsupported_media_type,
                         "expected Content-Type application/json, got \"" + request.content_type + "\"");
  }
  if (request.body.empty())
    return http::failure(http::Status::bad_request, "the body is empty; expected an AdmissionReview");
  if (request.body.size() < large) return mutate(request.body, document_, scratch_);
  const std::lock_guard alone(one_at_a_time);
  codec::Document document;
  codec::Document scratch;
  return mutate(request.body, document, scratch);
}

http::Response Mutate::mutate(const std::string& body, codec::Document& document, codec::Document& scratch) {
  const auto began = std::chrono::steady_clock::now();
  admission::Request review;
  const std::string problem = admission::read_review(body, document, review);
  if (!problem.empty()) return http::failure(http::Status::bad_request, "the body is no AdmissionReview: " + problem);

  const auto policy = policy_.load();
  const admission::Decision decision = admission::decide(*policy, review, scratch);
  http::Response response;
  response.body = to_json(answer(review, decision));
  metrics_.mutation(decision);
  decided_(review, decision, std::chrono::steady_clock::now() - began);
  return response;
}

}  // namespace everynode::webhook
