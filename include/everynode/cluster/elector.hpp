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

/// Receives what happens in the election. Called on the event loop.
struct ElectorObserver {
  std::function<void()> started_leading = [] {};
  /// From now on this process must not act as the leader; also called after `release`.
  std::function<void()> stopped_leading = [] {};
  std::function<void(const std::string& identity)> new_leader = [](const std::string&) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
  /// The Lease is older than before: the cluster's state was put back.
  std::function<void()> went_back = [] {};
};

/// Not thread-safe; must live until `run` has ended.
///
/// Its client must give up a request well before the renew deadline (client-go: half of it), and must not queue it
/// behind other requests: use a client only for the elector.
class Elector {
 public:
  Elector(const boost::asio::any_io_executor& executor, Client& client, protocol::LeaseSettings settings,
          ElectorObserver observer, std::uint64_t seed);

  /// Ends after `release`, once the lease was given up.
  [[nodiscard]] Awaitable<void> run();

  /// Call it when all work of the leader has ended.
  void release();

  /// Whether this process may act now. `stopped_leading` comes only when the loop gets to it, so ask before each
  /// important action.
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
  bool leading_ = false;  ///< the observer was called with this state
  bool finished_ = false;
};

}  // namespace everynode::cluster
