/// POST /mutate: from the bytes of an AdmissionReview to the bytes of its answer.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

#include "everynode/admission/decide.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/http/message.hpp"
#include "metrics.hpp"

namespace everynode::webhook {

/// The policy in force, which can be replaced while requests are handled.
using SharedPolicy = std::atomic<std::shared_ptr<const admission::Policy>>;

/// Receives each decision; called from worker threads.
using DecisionSink =
    std::function<void(const admission::Request&, const admission::Decision&, std::chrono::nanoseconds)>;

/// One per worker thread: it keeps a parser. The objects that it refers to must outlive it.
class Mutate {
 public:
  Mutate(const SharedPolicy& policy, Metrics& metrics, const DecisionSink& decided);

  /// Returns 200 with an answer that admits for every review that can be answered; 400 or 415 with a Status for
  /// anything else.
  http::Response operator()(const http::Request& request);

 private:
  http::Response mutate(const std::string& body, codec::Document& document, codec::Document& scratch);

  const SharedPolicy& policy_;
  Metrics& metrics_;
  const DecisionSink& decided_;
  codec::Document document_;
  codec::Document scratch_;
};

}  // namespace everynode::webhook
