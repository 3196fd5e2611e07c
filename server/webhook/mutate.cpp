#include "mutate.hpp"

#include "memory_budget.hpp"

namespace everynode::webhook {
namespace {

/// A parser keeps room for the largest text that it has read, up to six times its size: a larger text gets a parser of
/// its own.
constexpr std::size_t large = 32 * 1024;
constexpr std::size_t large_patch = 16 * 1024;

/// Together with request bodies, connections and the program itself, less than 64 MiB.
constexpr std::size_t budget_bytes = 32 * 1024 * 1024;

MemoryBudget budget(budget_bytes);

/// Without overlays nobody looks into containers.
objects::PodParts parts_for(const admission::Facts& facts) {
  return facts.overlays != nullptr ? objects::PodParts::all : objects::PodParts::placement;
}

}  // namespace

Mutate::Mutate(const SharedPolicy& policy, const SharedKnown* known, Metrics& metrics, const DecisionSink& decided)
    : policy_(policy), known_(known), metrics_(metrics), decided_(decided) {}

http::Response Mutate::operator()(const http::Request& request) {
  if (!http::is_json(request.content_type)) {
    return http::failure(http::Status::unsupported_media_type,
                         "expected Content-Type application/json, got \"" + request.content_type + "\"");
  }
  if (request.body.empty())
    return http::failure(http::Status::bad_request, "the body is empty; expected an AdmissionReview");
  const auto known = known_ != nullptr ? known_->load() : nullptr;
  const bool fits = known != nullptr && !known->catalog.empty();
  const admission::Facts facts{.overlays = fits ? &known->catalog : nullptr, .nodes = fits ? &known->nodes : nullptr};
  const auto share = budget.take(most_memory_for(request.body.size(), parts_for(facts)));
  if (request.body.size() < large) return mutate(request.body, facts, document_, scratch_);
  codec::Document document;
  codec::Document scratch;
  return mutate(request.body, facts, document, scratch);
}

http::Response Mutate::mutate(const std::string& body, const admission::Facts& facts, codec::Document& document,
                              codec::Document& scratch) {
  const auto began = std::chrono::steady_clock::now();
  const auto review = admission::read_review(body, document, parts_for(facts));
  if (!review)
    return http::failure(http::Status::bad_request, "the body is no AdmissionReview: " + review.error().text());

  const auto policy = policy_.load();
  const admission::Decision decision = admission::decide(*policy, *review, scratch, facts);
  http::Response response;
  response.body = to_json(answer(*review, decision));
  if (decision.patch_json.size() > large_patch) scratch = codec::Document();
  metrics_.mutation(decision);
  decided_(*review, decision, std::chrono::steady_clock::now() - began);
  return response;
}

}  // namespace everynode::webhook
