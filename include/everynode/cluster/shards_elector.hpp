/// Shares shards out with other replicas: drives a `protocol::ShardsMachine`.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/shards_machine.hpp"

namespace everynode::cluster {

/// Receives what happens. Called on the event loop.
struct ShardsObserver {
  std::function<void()> changed = [] {};  ///< the duties of shards may have changed
  /// A lease was lost while this replica had a shard: it must not act any more.
  std::function<void()> lost = [] {};
  /// Another group, or a process without shards, holds the group's Lease: this replica waits. Told once for each
  /// holder.
  std::function<void(const std::string& holder)> kept_out = [](const std::string&) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
  /// A Lease is older than before: the cluster's state was put back.
  std::function<void()> went_back = [] {};
};

/// Not thread-safe; must live until its event loop has ended. Its client is as `Elector` needs it, with a connection
/// for each lane.
class ShardsElector {
 public:
  ShardsElector(const boost::asio::any_io_executor& executor, Client& client, protocol::ShardsSettings settings,
                ShardsObserver observer, std::uint64_t seed);

  void start();
  /// Gives everything up, in order. Call `settled` as before.
  void leave();
  void settled(std::uint32_t shard);
  /// Whether nothing is left to do after `leave`.
  [[nodiscard]] bool finished() const { return started_ == ended_ && (started_ == 0 || machine_.finished()); }

  /// Ask before each action.
  [[nodiscard]] bool may_act(std::uint32_t shard) const;
  [[nodiscard]] const protocol::ShardsMachine& machine() const { return machine_; }

 private:
  [[nodiscard]] Awaitable<void> drive(std::size_t lane);
  [[nodiscard]] Awaitable<void> watch_deadline();
  void judge(std::size_t lane, const kube::Request& request, const kube::Outcome& outcome);
  void wake();

  boost::asio::any_io_executor executor_;
  Client& client_;
  ShardsObserver observer_;
  protocol::ShardsMachine machine_;
  std::string kept_out_by_;                      ///< as it was told
  std::deque<boost::asio::steady_timer> turns_;  ///< by lane
  boost::asio::steady_timer deadline_;
  std::size_t started_ = 0;
  std::size_t ended_ = 0;
};

}  // namespace everynode::cluster
