/// Carries plans out: sends what the machines of `protocol` ask for, and takes what they learn into the store at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/event_recorder.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/plan.hpp"
#include "everynode/protocol/batch.hpp"

namespace everynode::controller {

using cluster::Awaitable;

/// What the executor did, for metrics and the log. Called on the event loop.
struct ExecutorObserver {
  /// An action was done or refused; `problem` is empty, or one line that says why not.
  std::function<void(const cache::Key&, const core::Action&, const std::string& problem)> acted =
      [](const cache::Key&, const core::Action&, const std::string&) {};
};

/// Not thread-safe: lives on the event loop of its client.
class Executor {
 public:
  Executor(boost::asio::any_io_executor executor, cluster::Client& client, cache::Store& store,
           cluster::EventRecorder& events, ExecutorObserver observer);

  using OnEnd = std::function<void(core::Action, const protocol::Result&)>;

  /// What the actions of the plan need to know before they begin.
  [[nodiscard]] Awaitable<protocol::Result> prepare(protocol::Preparation& machine, const core::DaemonSet& daemon_set);

  /// Begins an action; `on_end` is called when it has ended.
  void begin(const std::shared_ptr<protocol::Batch>& batch, core::Action action, OnEnd on_end);

  /// Writes the status; `plan_again`: the DaemonSet turned out to be newer than was known.
  [[nodiscard]] Awaitable<protocol::Result> write_status(const core::DaemonSet& daemon_set,
                                                         const core::StatusChange& change);

  /// Tells the users of the DaemonSet.
  void tell(const core::DaemonSet& daemon_set, protocol::Notice notice);

 private:
  struct Work;

  [[nodiscard]] Awaitable<void> run_one(std::unique_ptr<Work> work);
  [[nodiscard]] Awaitable<protocol::Result> drive(protocol::WriteMachine& machine, const core::DaemonSet& daemon_set);
  void take(protocol::Effects effects, const core::DaemonSet& daemon_set);

  boost::asio::any_io_executor executor_;
  cluster::Client& client_;
  cache::Store& store_;
  cluster::EventRecorder& events_;
  ExecutorObserver observer_;
  core::Document document_;
};

}  // namespace everynode::controller
