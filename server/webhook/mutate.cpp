#include "mutate.hpp"

#include <algorithm>
#include <charconv>

#include "everynode/objects/validation.hpp"
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

/// How long a request may wait for a node, at most.
constexpr std::chrono::milliseconds longest_wait{2000};

/// Half of the time that the API server waits for our answer, which it says in whole seconds (requirement A1): the
/// other half is for the way and for us.
std::chrono::milliseconds patience_of(std::string_view target) {
  constexpr std::string_view parameter = "?timeout=";
  constexpr std::chrono::milliseconds usual{500};
  const auto at = target.find(parameter);
  if (at == std::string_view::npos) return usual;
  const std::string_view text = target.substr(at + parameter.size());
  std::uint16_t seconds = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), seconds);
  if (error != std::errc() || std::string_view(end, text.end()) != "s") return usual;
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(seconds), 2 * longest_wait) / 2;
}

}  // namespace

struct Mutate::Known {
  std::shared_ptr<const overlay::Known> cluster;  ///< null: nothing yet, or it is not wanted
  const overlay::Node* fetched = nullptr;
  bool may_wait = false;
  admission::FittingMemo* memo = nullptr;

  [[nodiscard]] admission::Facts facts() const {
    if (cluster == nullptr || cluster->catalog.empty()) return {};
    return {.overlays = &cluster->catalog, .nodes = &cluster->nodes, .fetched = fetched, .memo = memo};
  }
};

Mutate::Mutate(const SharedPolicy& policy, const Cluster* cluster, Metrics& metrics, const DecisionSink& decided)
    : policy_(policy), cluster_(cluster), metrics_(metrics), decided_(decided) {}

http::Answer Mutate::operator()(const http::Request& request) {
  if (!http::is_json(request.content_type)) {
    return http::failure(http::Status::unsupported_media_type,
                         "expected Content-Type application/json, got \"" + request.content_type + "\"");
  }
  if (request.body.empty())
    return http::failure(http::Status::bad_request, "the body is empty; expected an AdmissionReview");
  if (cluster_ == nullptr) return handle(request, {});
  return handle(request, {.cluster = cluster_->known.load(), .may_wait = true});
}

http::Answer Mutate::handle(const http::Request& request, Known known) {
  if (known.cluster) memo_.keep_up_with(known.cluster);
  known.memo = &memo_;
  const auto share = budget.take(most_memory_for(request.body.size(), admission::parts_for(known.facts())));
  if (request.body.size() < large) return mutate(request, known, document_, scratch_);
  codec::Document document;
  codec::Document scratch;
  return mutate(request, known, document, scratch);
}

http::Answer Mutate::mutate(const http::Request& request, const Known& known, codec::Document& document,
                            codec::Document& scratch) {
  const auto began = std::chrono::steady_clock::now();
  const admission::Facts facts = known.facts();
  const auto review = admission::read_review(request.body, document, admission::parts_for(facts));
  if (!review)
    return http::failure(http::Status::bad_request, "the body is no AdmissionReview: " + review.error().text());

  const auto policy = policy_.load();
  admission::Decision decision = admission::decide(*policy, *review, scratch, facts);
  if (known.may_wait && objects::is_subdomain(decision.lacking_node()))
    return postpone(decision.lacking_node(), patience_of(request.target));
  const bool blind = cluster_ != nullptr && known.cluster == nullptr && decision.target;
  if (blind) decision.without_overlays = "they are not known yet";
  http::Response response;
  response.body = to_json(answer(*review, decision));
  if (decision.patch_json.size() > large_patch) scratch = codec::Document();
  metrics_.mutation(decision, review->dry_run);
  if (blind && !review->dry_run) metrics_.overlays_not_known();
  decided_(*review, decision, std::chrono::steady_clock::now() - began);
  return response;
}

/// The decision is made anew then: others have used our parser, and more may be known.
http::Postponed Mutate::postpone(std::string_view node, std::chrono::milliseconds patience) {
  const auto found = std::make_shared<LookedUp>();
  const auto wait = [this, found, node = std::string(node), patience](std::function<void()> go_on) {
    cluster_->find_node(node, patience, [found, go_on = std::move(go_on)](const LookedUp& answer) {
      *found = answer;
      go_on();
    });
  };
  const auto respond = [this, found](const http::Request& request) {
    return std::get<http::Response>(handle(request, {.cluster = cluster_->known.load(), .fetched = found->node.get()}));
  };
  return {.wait = wait, .respond = respond};
}

}  // namespace everynode::webhook
