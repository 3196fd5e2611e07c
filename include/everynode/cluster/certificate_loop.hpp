/// Keeps the webhook's certificate: a CA and a leaf in Secrets, and the caBundle by which API servers trust them.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/certificate_step.hpp"

namespace everynode::cluster {

struct CertificateObjects;
class CertificateMaterial;

struct CertificateNames {
  kube::ObjectKey secret;   ///< what the webhook serves with; the CA is in one beside it, named NAME-ca
  kube::ObjectKey service;  ///< by which API servers call the webhook
  std::string webhook;      ///< the MutatingWebhookConfiguration

  [[nodiscard]] kube::ObjectKey authority() const;
  /// The name that API servers look for in the certificate.
  [[nodiscard]] std::string dns_name() const;
};

/// What the loop saw and did. Called on the event loop.
struct CertificateObserver {
  using Time = std::chrono::sys_seconds;
  /// When the CA and the certificate expire that are there; nullopt: there is none.
  std::function<void(std::optional<Time> authority, std::optional<Time> leaf)> checked = [](auto, auto) {};
  std::function<void(Time expires)> made_authority = [](Time) {};
  std::function<void(std::size_t authorities, std::size_t webhooks)> wrote_bundles = [](std::size_t, std::size_t) {};
  /// That was the same caBundle as the last time: somebody has undone our write, and the API servers did not trust us
  /// meanwhile.
  std::function<void()> bundles_undone = [] {};
  std::function<void(Time expires)> issued = [](Time) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
};

/// One decision (`protocol::next_step`) after the other. Each is taken on what was just read, and written only if
/// nobody else has written since: any number of loops do no harm to each other. Not thread-safe.
class CertificateLoop {
 public:
  CertificateLoop(const boost::asio::any_io_executor& executor, Client& client, CertificateNames names,
                  protocol::CertificateSettings settings, CertificateObserver observer);

  /// From now on, as long as `may_act` says so, it writes.
  void lead(std::function<bool()> may_act);
  /// Begins nothing more.
  void stop();
  /// Whether nothing of ours is on its way any more.
  [[nodiscard]] bool idle() const { return !busy_; }

  /// Why the last look or write failed, for people; empty if it did not, or if another process keeps the certificate.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 private:
  using Duration = std::chrono::steady_clock::duration;

  [[nodiscard]] Awaitable<void> run();
  /// Looks, and does one thing at most. Returns when to look again.
  [[nodiscard]] Awaitable<Duration> turn();
  [[nodiscard]] Awaitable<std::string> look(CertificateObjects& out);
  /// The object's JSON; empty if it is not there. Returns what went wrong.
  [[nodiscard]] Awaitable<std::string> fetch(kube::Request request, std::string& out);
  [[nodiscard]] Awaitable<Duration> act(protocol::CertificateStep step, CertificateObjects objects,
                                        CertificateMaterial material);
  [[nodiscard]] std::string objection(const CertificateObjects& objects) const;
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
  std::vector<std::string> written_trust_;  ///< the ids in the caBundle that we wrote last
  std::string announced_;                   ///< the id of the CA that was in all bundles at the last look
  std::chrono::steady_clock::time_point announced_since_;
};

}  // namespace everynode::cluster
