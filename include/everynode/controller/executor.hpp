/// Carries plans out: sends what the machines of `protocol` ask for, and takes what they learn into the store at once.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/event_recorder.hpp"
#include "everynode/controller/in_flight.hpp"
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
  Executor(cluster::Client& client, cache::Store& store, cluster::EventRecorder& events, ExecutorObserver observer);

  /// Begins the actions of the plan, as many at a time as the window allows, until one fails but for at most
  /// `for_at_most`, and waits for all that are in flight; creations of pods stay in flight when the time is over.
  /// `may_act` is asked before each. Where creations are in flight the plan must have nothing else.
  [[nodiscard]] Awaitable<void> run(const core::DaemonSet& daemon_set, core::Plan plan, InFlight& in_flight,
                                    std::chrono::milliseconds for_at_most, const std::function<bool()>& may_act);

  /// Waits for all that are in flight.
  [[nodiscard]] static Awaitable<void> land(InFlight& in_flight);

  /// Writes the status; `plan_again`: the DaemonSet turned out to be newer than was known.
  [[nodiscard]] Awaitable<protocol::Result> write_status(const core::DaemonSet& daemon_set,
                                                         const core::StatusChange& change);

  /// Tells the users of the DaemonSet.
  void tell(const core::DaemonSet& daemon_set, protocol::Notice notice);

 private:
  struct Work;

  [[nodiscard]] Awaitable<protocol::Result> prepare(std::shared_ptr<protocol::Batch> batch, const core::Plan& plan);
  void begin(const std::shared_ptr<protocol::Batch>& batch, core::Action action, InFlight& in_flight);
  [[nodiscard]] Awaitable<void> run_one(std::unique_ptr<Work> work);
  [[nodiscard]] Awaitable<protocol::Result> drive(protocol::WriteMachine& machine, const core::DaemonSet& daemon_set);
  void take(protocol::Effects effects, const core::DaemonSet& daemon_set);

  cluster::Client& client_;
  cache::Store& store_;
  cluster::EventRecorder& events_;
  ExecutorObserver observer_;
  core::Document document_;
};

}  // namespace everynode::controller
