/// Keeps the webhook's certificate: a CA and a leaf in Secrets, and the caBundle with which API servers trust them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/certificate_step.hpp"

namespace everynode::cluster {

struct CertificateObjects;
class CertificateMaterial;

struct CertificateNames {
  kube::ObjectKey secret;   ///< the webhook's certificate; the CA is in the Secret NAME-ca beside it
  kube::ObjectKey service;  ///< the Service through which API servers call the webhook
  std::string webhook;      ///< the MutatingWebhookConfiguration

  [[nodiscard]] kube::ObjectKey authority() const;
  /// The name that the certificate must have for API servers.
  [[nodiscard]] std::string dns_name() const;
};

/// What the loop found and did. Called on the event loop.
struct CertificateObserver {
  using Time = std::chrono::sys_seconds;
  /// When the CA and the leaf expire; nullopt: there is none.
  std::function<void(std::optional<Time> authority, std::optional<Time> leaf)> checked = [](auto, auto) {};
  std::function<void(Time expires)> made_authority = [](Time) {};
  std::function<void(std::size_t authorities, std::size_t webhooks)> wrote_bundles = [](std::size_t, std::size_t) {};
  /// We wrote the same caBundle as the last time: another program had undone our write, and API servers did not trust
  /// us meanwhile.
  std::function<void()> bundles_undone = [] {};
  std::function<void(Time expires)> issued = [](Time) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
};

/// Takes one decision (`protocol::next_step`) after the other. Each uses what was just read, and is written only if
/// nobody else has written since: any number of loops can run at the same time. Not thread-safe.
class CertificateLoop {
 public:
  CertificateLoop(const boost::asio::any_io_executor& executor, Client& client, CertificateNames names,
                  protocol::CertificateSettings settings, CertificateObserver observer);

  /// From now on the loop writes while `may_act` returns true.
  void lead(std::function<bool()> may_act);
  /// Begins no further step.
  void stop();
  /// Whether no request of the loop is under way.
  [[nodiscard]] bool idle() const { return !busy_; }

  /// Why the last read or write failed, for people; empty if it did not fail, or if another process keeps the
  /// certificate.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Duration = std::chrono::steady_clock::duration;

  [[nodiscard]] Awaitable<void> run();
  /// Reads the objects, and does one thing at most. Returns how long to wait for the next turn.
  [[nodiscard]] Awaitable<Duration> turn();
  [[nodiscard]] Awaitable<std::expected<CertificateObjects, std::string>> look();
  /// The object's JSON; nullopt if there is no such object.
  [[nodiscard]] Awaitable<std::expected<std::optional<std::string>, std::string>> fetch(kube::Request request);
  [[nodiscard]] Awaitable<Duration> act(protocol::CertificateStep step, CertificateObjects objects,
                                        CertificateMaterial material);
  [[nodiscard]] std::expected<void, std::string> check(const CertificateObjects& objects) const;
  [[nodiscard]] kube::Request request_of(const protocol::CertificateStep& step, const CertificateObjects& objects,
                                         const CertificateMaterial& material) const;
  [[nodiscard]] std::chrono::seconds announced_for(const protocol::CertificateState& state);
  [[nodiscard]] Duration refused(const kube::Request& request, const kube::Outcome& outcome);
  [[nodiscard]] Duration failed(std::string problem);
  void report(const protocol::CertificateStep& step, std::size_t webhooks);

  boost::asio::any_io_executor executor_;
  Client& client_;
  CertificateNames names_;
  protocol::CertificateSettings settings_;
  CertificateObserver observer_;
  boost::asio::steady_timer wake_;
  std::function<bool()> may_act_;
  bool running_ = false;
  bool busy_ = false;
  std::string problem_;
  std::vector<std::string> written_trust_;  ///< the CAs in the caBundle that we wrote last, by id
  std::string announced_;                   ///< the id of the CA that all bundles contained at the last turn
  std::chrono::steady_clock::time_point announced_since_;
};

}  // namespace everynode::cluster
