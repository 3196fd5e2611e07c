/// What the webhook counts, for Prometheus.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <chrono>
#include <string>
#include <string_view>

#include "everynode/admission/decide.hpp"
#include "everynode/authentication/authenticate.hpp"
#include "everynode/http/message.hpp"
#include "node_questions.hpp"

namespace everynode::webhook {

/// All members are thread-safe.
class Metrics {
 public:
  explicit Metrics(const std::string& version);
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  void request(std::string_view path, http::Status status, std::chrono::nanoseconds handling);
  /// `dry_run`: no pod comes of it, so none lacks an overlay.
  void mutation(const admission::Decision& decision, bool dry_run);
  void handshake(bool ok, std::chrono::nanoseconds time);
  void connections(std::ptrdiff_t change);
  void refused(std::string_view reason);
  void rejected(http::Status status);
  /// A client that was asked who he is.
  void caller(authentication::Credential credential, authentication::Outcome outcome);
  void certificate_expiry(std::chrono::sys_seconds not_after);
  void reload(std::string_view file, bool ok);
  void draining();
  void known(std::size_t nodes, std::size_t overlays);
  void overlay_failure(std::string_view resource);
  /// Whether the list and watch of what overlays need is up to date.
  void overlay_watch(std::string_view resource, bool current);
  /// A pod was decided on before overlays were known.
  void overlays_not_known();
  void looked_up(Lookup result);
  void went_back();

  /// The whole registry in Prometheus' text format (version 0.0.4).
  [[nodiscard]] std::string text() const;

 private:
  prometheus::Registry registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Counter>& mutations_;
  prometheus::Family<prometheus::Counter>& handshakes_;
  prometheus::Family<prometheus::Counter>& refused_;
  prometheus::Family<prometheus::Counter>& reloads_;
  prometheus::Family<prometheus::Counter>& callers_;
  prometheus::Family<prometheus::Counter>& overlay_failures_;
  prometheus::Family<prometheus::Counter>& overlays_;
  prometheus::Family<prometheus::Counter>& lookups_;
  prometheus::Family<prometheus::Gauge>& overlay_watches_;
  prometheus::Histogram& handling_;
  prometheus::Histogram& handshake_;
  prometheus::Counter& operations_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& expiry_;
  prometheus::Gauge& draining_;
  prometheus::Gauge& known_nodes_;
  prometheus::Gauge& known_overlays_;
  prometheus::Counter& fitted_;
  prometheus::Counter& left_out_;
  prometheus::Counter& no_container_;
  prometheus::Counter& not_known_;
  prometheus::Counter& went_back_;
  // Every request increments these two, so we look them up once instead of by their labels each time.
  prometheus::Counter& mutate_ok_;
  static constexpr std::size_t results = 4;
  static constexpr std::size_t reasons = 8;
  std::array<std::array<prometheus::Counter*, reasons>, results> mutation_{};
  std::array<std::array<prometheus::Counter*, std::size(authentication::outcomes)>,
             std::size(authentication::credentials)>
      caller_{};
};

}  // namespace everynode::webhook
