#include "shards.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "everynode/cluster/spawn.hpp"
#include "everynode/net/as_result.hpp"
#include "everynode/protocol/sharding.hpp"

namespace everynode::reconciler {
namespace {

namespace asio = boost::asio;
using Duty = protocol::ShardsMachine::Duty;

/// How often it is looked whether what is under way has ended.
constexpr std::chrono::milliseconds transit_poll{20};

}  // namespace

struct ShardLoops::Running {
  Running(const asio::any_io_executor& executor, const cluster::Config& config, const cluster::ClientOptions& options,
          cluster::ClientObserver client_observer, ReconcileLoopSettings settings, ReconcileLoopObserver observer,
          std::uint64_t seed)
      : client(executor, config, options, std::move(client_observer)),
        loop(executor, client, std::move(settings), std::move(observer), seed) {}

  cluster::Client client;
  ReconcileLoop loop;
  bool stopped = false;
};

ShardLoops::ShardLoops(asio::any_io_executor executor, const cluster::Config& config, ShardLoopsSettings settings,
                       ShardLoopsObserver observer, std::uint64_t seed)
    : executor_(std::move(executor)),
      config_(config),
      settings_(std::move(settings)),
      observer_(std::move(observer)),
      seed_(seed),
      election_client_(executor_, config_, settings_.election, observer_.client),
      elector_(executor_, election_client_, settings_.shards,
               {.changed = [this] { tend(); },
                .lost =
                    [this] {
                      if (!stopping_) observer_.broken("a lease was lost: ending, to start afresh");
                    },
                .kept_out = [this](const std::string& holder) { observer_.kept_out(holder); },
                .failed = [this](const std::string& problem) { observer_.failed(problem); },
                .went_back =
                    [this] {
                      for (const auto& one : running_) {
                        if (one != nullptr && !one->stopped) one->loop.start_over();
                      }
                    }},
               seed),
      running_(settings_.shards.count),
      poll_(executor_) {}

ShardLoops::~ShardLoops() = default;

void ShardLoops::start() {
  cluster::spawn(executor_, join());
}

void ShardLoops::stop() {
  stopping_ = true;
  poll_.cancel();
  if (joined_) elector_.leave();
}

bool ShardLoops::finished() const {
  return !joined_ || (elector_.finished() && !is_in_transit());
}

// --- before the first list ---

cluster::Awaitable<void> ShardLoops::join() {
  while (!stopping_) {
    const bool sharded = co_await is_sharded();
    if (stopping_) break;
    if (sharded) {
      joined_ = true;
      elector_.start();
      break;
    }
    poll_.expires_after(settings_.shards.retry_period);
    co_await poll_.async_wait(net::as_result);
  }
}

/// False: there was no answer yet. An answer that is no shard ends the process.
cluster::Awaitable<bool> ShardLoops::is_sharded() {
  const kube::Shard first{.index = 0, .count = settings_.shards.count};
  kube::Collection collection(kube::daemon_sets);
  collection.shards = first.selector();
  const kube::Request request = kube::list(collection, 1, {});
  const kube::Outcome outcome = co_await election_client_.send(request);
  if (!outcome || !outcome->ok()) {
    probe_problem_ = kube::explain(request, outcome);
    observer_.failed(probe_problem_);
    co_return false;
  }
  probe_problem_.clear();
  const auto sharded = protocol::check_sharded(*outcome, first);
  if (!sharded) {
    stopping_ = true;
    observer_.broken(sharded.error());
  }
  co_return sharded.has_value();
}

// --- shards come and go ---

void ShardLoops::tend() {
  for (std::uint32_t shard = 0; shard < running_.size(); ++shard) tend(shard);
  std::erase_if(ending_, [](const auto& one) { return one->loop.ended(); });
  if (!is_in_transit()) return;
  poll_.expires_after(transit_poll);
  poll_.async_wait([this](boost::system::error_code error) {
    if (!error) tend();
  });
}

bool ShardLoops::is_in_transit() const {
  return !ending_.empty() || std::ranges::any_of(running_, [](const auto& one) { return one && one->stopped; });
}

void ShardLoops::tend(std::uint32_t shard) {
  const Duty duty = elector_.machine().duty(shard);
  const std::unique_ptr<Running>& one = running_[shard];
  if (duty == Duty::act && one == nullptr) return begin(shard);
  if (duty == Duty::act || (duty == Duty::none && one == nullptr)) return;
  if (one != nullptr && !std::exchange(one->stopped, true)) one->loop.stop();
  if (one != nullptr && !one->loop.idle()) return;
  if (one != nullptr) end(shard);
  if (duty == Duty::settle) elector_.settled(shard);
}

void ShardLoops::begin(std::uint32_t shard) {
  ReconcileLoopSettings settings = settings_.loop;
  settings.shard = kube::Shard{.index = shard, .count = settings_.shards.count};
  cluster::ClientOptions options = settings_.client;
  options.identity = election_client_.identity();
  observer_.begun(shard);
  running_[shard] = std::make_unique<Running>(executor_, config_, options, observer_.client, std::move(settings),
                                              loop_observer(), seed_ += 100);
  running_[shard]->loop.start();
  running_[shard]->loop.lead([this, shard] { return may_act(shard); });
}

/// Its watches end with its connections.
void ShardLoops::end(std::uint32_t shard) {
  running_[shard]->client.close();
  ending_.push_back(std::move(running_[shard]));
  observer_.ended(shard);
}

ReconcileLoopObserver ShardLoops::loop_observer() {
  ReconcileLoopObserver observer = observer_.loop();
  observer.watch_failed = [this, say = std::move(observer.watch_failed)](
                              const kube::Resource& resource, protocol::WatchFailure failure, const std::string& why) {
    say(resource, failure, why);
    if (failure == protocol::WatchFailure::not_sharded) observer_.broken(why);
  };
  return observer;
}

// --- what is told ---

std::vector<const ReconcileLoop*> ShardLoops::loops() const {
  std::vector<const ReconcileLoop*> loops;
  for (const auto& one : running_) {
    if (one != nullptr) loops.push_back(&one->loop);
  }
  return loops;
}

std::string ShardLoops::problem() const {
  if (!probe_problem_.empty()) return probe_problem_;
  for (const ReconcileLoop* loop : loops()) {
    if (std::string problem = loop->problem(); !problem.empty()) return problem;
    if (!loop->synced()) return "the first lists of a shard are not complete yet";
  }
  return {};
}

}  // namespace everynode::reconciler
