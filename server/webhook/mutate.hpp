/// POST /mutate: from the bytes of an AdmissionReview to the bytes of its answer.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "everynode/admission/decide.hpp"
#include "everynode/admission/fitting_memo.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/http/answer.hpp"
#include "everynode/net/published.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "metrics.hpp"
#include "node_questions.hpp"

namespace everynode::webhook {

/// The policy in force, which can be replaced while requests are handled.
using SharedPolicy = net::Published<admission::Policy>;

/// What is known of the cluster, likewise; null: nothing yet.
using SharedKnown = net::Published<overlay::Known>;

/// The cluster, as far as pods are fitted to their nodes.
struct Cluster {
  const SharedKnown& known;  ///< what overlays there are, and of which nodes
  /// Looks for a node that is not among these; `told` is called once, from any thread, after `patience` at the latest.
  std::function<void(std::string name, std::chrono::milliseconds patience, NodeQuestions::Told told)> find_node;
};

/// Receives each decision; called from worker threads.
using DecisionSink =
    std::function<void(const admission::Request&, const admission::Decision&, std::chrono::nanoseconds)>;

/// One per worker thread: it keeps a parser, and how pods were fitted to their nodes. The objects that it refers to
/// must outlive it.
class Mutate {
 public:
  /// `cluster` null: pods are not fitted to their nodes.
  Mutate(const SharedPolicy& policy, const Cluster* cluster, Metrics& metrics, const DecisionSink& decided);

  /// Returns 200 with an answer that admits for every review that can be answered; 400 or 415 with a Status for
  /// anything else. The answer is postponed if an overlay depends on a node that is not known yet: it is asked for, for
  /// half of the time that the API server waits.
  http::Answer operator()(const http::Request& request);

 private:
  /// What is known beside the request, for one try.
  struct Known;

  http::Answer handle(const http::Request& request, Known known);
  http::Answer mutate(const http::Request& request, const Known& known, codec::Document& document,
                      codec::Document& scratch);
  http::Postponed postpone(std::string_view node, std::chrono::milliseconds patience);

  const SharedPolicy& policy_;
  const Cluster* cluster_;
  Metrics& metrics_;
  const DecisionSink& decided_;
  codec::Document document_;
  codec::Document scratch_;
  admission::FittingMemo memo_;
};

}  // namespace everynode::webhook
