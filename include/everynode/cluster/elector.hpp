/// Leads, or waits to lead: drives a `protocol::LeaseMachine`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/lease_machine.hpp"

namespace everynode::cluster {

/// What became of the election. Called on the event loop.
struct ElectorObserver {
  std::function<void()> started_leading = [] {};
  /// From now on nothing may be done as the leader; also when it was given away by `release`.
  std::function<void()> stopped_leading = [] {};
  std::function<void(const std::string& identity)> new_leader = [](const std::string&) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
  /// The Lease is older than it was: the cluster's state was put back.
  std::function<void()> went_back = [] {};
};

/// Not thread-safe; must live until `run` has ended.
///
/// Its client must give up a request well before the renew deadline (client-go: half of it), and must not wait behind
/// other requests: give it one of its own.
class Elector {
 public:
  Elector(const boost::asio::any_io_executor& executor, Client& client, protocol::LeaseSettings settings,
          ElectorObserver observer, std::uint64_t seed);

  /// Ends after `release`, when the lease was given away.
  [[nodiscard]] Awaitable<void> run();

  /// To be called when all work as the leader has ended.
  void release();

  /// Whether this process may act at this moment. `stopped_leading` follows as soon as the loop gets to it: before what
  /// matters, ask.
  [[nodiscard]] bool leads() const;

  /// Whether `run` has ended, or has nothing left to do.
  [[nodiscard]] bool finished() const { return finished_; }

 private:
  [[nodiscard]] Awaitable<void> campaign();
  [[nodiscard]] Awaitable<void> watch_deadline();
  void judge(const kube::Request& request, const kube::Outcome& outcome);
  void end_term();

  Client& client_;
  ElectorObserver observer_;
  protocol::LeaseMachine machine_;
  boost::asio::steady_timer turn_;
  boost::asio::steady_timer deadline_;
  std::string leader_;
  bool leading_ = false;  ///< what the observer knows
  bool finished_ = false;
};

}  // namespace everynode::cluster
