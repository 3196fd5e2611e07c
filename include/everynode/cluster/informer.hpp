/// Keeps a consumer informed of all objects of one collection, for as long as it is wanted.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <string>

#include "everynode/cluster/client.hpp"
#include "everynode/protocol/watch_machine.hpp"

namespace everynode::cluster {

/// Receives what an informer does, for metrics and the log. Called on the event loop.
struct InformerObserver {
  std::function<void()> page_asked = [] {};
  std::function<void()> watch_begun = [] {};
  /// The API server lets us watch.
  std::function<void()> watch_accepted = [] {};
  /// A request failed and will be tried again; `problem` is for people.
  std::function<void(protocol::WatchFailure, const std::string& problem)> failed = [](protocol::WatchFailure,
                                                                                      const std::string&) {};
  /// The same, before it: what was asked, and what came.
  std::function<void(protocol::WatchFailure, const kube::Request&, const kube::Outcome&)> failed_with =
      [](protocol::WatchFailure, const kube::Request&, const kube::Outcome&) {};
};

/// Drives a `protocol::WatchMachine`. Not thread-safe; must live until `run` has ended.
class Informer {
 public:
  Informer(const boost::asio::any_io_executor& executor, Client& client, kube::Collection collection,
           protocol::WatchConsumer consumer, InformerObserver observer, std::uint64_t seed);

  /// Lists and watches until `stop`.
  [[nodiscard]] Awaitable<void> run();

  /// Lists until the consumer has been told all objects once, or `stop`. `run` goes on from there. Not for a consumer
  /// of streams: a stream ends only when the server ends it.
  [[nodiscard]] Awaitable<void> sync();

  /// `run` ends as soon as the request under way does: close the client to end it at once.
  void stop();

  /// Forgets what it knew, and lists again.
  void start_over();

  /// Whether the consumer has received all objects once.
  [[nodiscard]] bool synced() const { return machine_.synced(); }
  /// The version up to which the consumer knows all objects; empty before the first list is complete.
  [[nodiscard]] const std::string& resource_version() const { return machine_.resource_version(); }
  /// What is wrong at this moment, for people; empty if nothing is.
  [[nodiscard]] std::string problem() const;

 private:
  [[nodiscard]] Awaitable<void> step();
  [[nodiscard]] Awaitable<void> ask_page(const protocol::WatchMachine::List& list);
  [[nodiscard]] Awaitable<void> verify(const protocol::WatchMachine::Verify& question);
  [[nodiscard]] Awaitable<void> follow(kube::Request request);
  [[nodiscard]] Awaitable<void> sleep(const protocol::WatchMachine::Wait& wait);
  [[nodiscard]] std::chrono::seconds watch_timeout();
  void judge(protocol::WatchFailure failure, const kube::Request& request, const kube::Outcome& outcome);

  Client& client_;
  kube::Collection collection_;
  InformerObserver observer_;
  protocol::WatchMachine machine_;
  boost::asio::steady_timer timer_;
  std::minstd_rand random_;
  std::string refusal_;  ///< explains the API server's last refusal; empty if there was none
  bool stopped_ = false;
};

}  // namespace everynode::cluster
