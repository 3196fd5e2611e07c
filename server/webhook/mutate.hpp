/// POST /mutate: from the bytes of an AdmissionReview to the bytes of its answer.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/http/message.hpp"
#include "everynode/overlay/knowledge.hpp"
#include "metrics.hpp"

namespace everynode::webhook {

/// The policy in force, which can be replaced while requests are handled.
using SharedPolicy = std::atomic<std::shared_ptr<const admission::Policy>>;

/// What is known of the cluster, likewise; null: nothing yet.
using SharedKnown = std::atomic<std::shared_ptr<const overlay::Known>>;

/// Receives each decision; called from worker threads.
using DecisionSink =
    std::function<void(const admission::Request&, const admission::Decision&, std::chrono::nanoseconds)>;

/// One per worker thread: it keeps a parser. The objects that it refers to must outlive it.
class Mutate {
 public:
  /// `known`: what overlays there are, and of which nodes; null: pods are not fitted to their nodes.
  Mutate(const SharedPolicy& policy, const SharedKnown* known, Metrics& metrics, const DecisionSink& decided);

  /// Returns 200 with an answer that admits for every review that can be answered; 400 or 415 with a Status for
  /// anything else.
  http::Response operator()(const http::Request& request);

 private:
  http::Response mutate(const std::string& body, const admission::Facts& facts, codec::Document& document,
                        codec::Document& scratch);

  const SharedPolicy& policy_;
  const SharedKnown* known_;
  Metrics& metrics_;
  const DecisionSink& decided_;
  codec::Document document_;
  codec::Document scratch_;
};

}  // namespace everynode::webhook
