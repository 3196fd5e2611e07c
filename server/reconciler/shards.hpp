/// The shards that this replica has: for each a loop of its own, from when its lease was won until it was given up.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "everynode/cluster/client.hpp"
#include "everynode/cluster/config.hpp"
#include "everynode/cluster/shards_elector.hpp"
#include "reconcile_loop.hpp"

namespace everynode::reconciler {

struct ShardLoopsSettings {
  protocol::ShardsSettings shards;
  ReconcileLoopSettings loop;
  cluster::ClientOptions client;    ///< of each shard's own client
  cluster::ClientOptions election;  ///< of the client for the leases
};

/// Receives what happens. Called on the event loop.
struct ShardLoopsObserver {
  cluster::ClientObserver client;
  std::function<ReconcileLoopObserver()> loop = [] { return ReconcileLoopObserver{}; };
  /// Called before the shard's lists are asked for, and when nothing is done for it any more.
  std::function<void(std::uint32_t shard)> begun = [](std::uint32_t) {};
  std::function<void(std::uint32_t shard)> ended = [](std::uint32_t) {};
  /// See `cluster::ShardsObserver`.
  std::function<void(const std::string& holder)> kept_out = [](const std::string&) {};
  std::function<void(const std::string& problem)> failed = [](const std::string&) {};
  /// It cannot go on: the process must end.
  std::function<void(const std::string& problem)> broken = [](const std::string&) {};
};

/// A shard's loop lists and watches only its shard, with a client of its own, and is destroyed when the shard goes:
/// nothing that was known before is known after. Not thread-safe: lives on one event loop.
class ShardLoops {
 public:
  ShardLoops(boost::asio::any_io_executor executor, const cluster::Config& config, ShardLoopsSettings settings,
             ShardLoopsObserver observer, std::uint64_t seed);
  ~ShardLoops();
  ShardLoops(const ShardLoops&) = delete;
  ShardLoops& operator=(const ShardLoops&) = delete;

  /// Asks first whether the API server shards lists, then joins the other replicas.
  void start();
  /// Gives all shards up; each when nothing of it is on its way any more.
  void stop();
  [[nodiscard]] bool finished() const;

  /// Whether this replica may act for the shard now.
  [[nodiscard]] bool may_act(std::uint32_t shard) const { return elector_.may_act(shard); }
  [[nodiscard]] std::size_t owned() const { return elector_.machine().owned(); }
  /// The loops of the shards that this replica has.
  [[nodiscard]] std::vector<const ReconcileLoop*> loops() const;
  /// What is wrong, for people; empty if nothing is. A replica without a shard is ready too.
  [[nodiscard]] std::string problem() const;

 private:
  struct Running;

  [[nodiscard]] cluster::Awaitable<void> join();
  [[nodiscard]] cluster::Awaitable<bool> is_sharded();
  void tend();
  void tend(std::uint32_t shard);
  [[nodiscard]] bool is_in_transit() const;
  void begin(std::uint32_t shard);
  void end(std::uint32_t shard);
  [[nodiscard]] ReconcileLoopObserver loop_observer();

  boost::asio::any_io_executor executor_;
  const cluster::Config& config_;
  ShardLoopsSettings settings_;
  ShardLoopsObserver observer_;
  std::uint64_t seed_;
  cluster::Client election_client_;
  cluster::ShardsElector elector_;
  std::vector<std::unique_ptr<Running>> running_;  ///< by shard; null: not ours
  std::list<std::unique_ptr<Running>> ending_;     ///< not ours any more; their coroutines are about to end
  boost::asio::steady_timer poll_;
  std::string probe_problem_ = "the API server was not asked yet whether it shards lists";
  bool joined_ = false;
  bool stopping_ = false;
};

}  // namespace everynode::reconciler
