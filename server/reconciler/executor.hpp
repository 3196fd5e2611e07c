/// Carries plans out: sends the requests of the machines of `sync`, and puts what they learn into the store at once.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/event_recorder.hpp"
#include "everynode/codec/document.hpp"
#include "everynode/daemonset/plan.hpp"
#include "everynode/sync/batch.hpp"

namespace everynode::reconciler {

using cluster::Awaitable;

/// Receives what the executor does, for metrics and the log. Called on the event loop.
struct ExecutorObserver {
  /// An action was done or refused; `problem` is empty, or one line that says why not.
  std::function<void(const cache::Key&, const daemonset::Action&, const std::string& problem)> acted =
      [](const cache::Key&, const daemonset::Action&, const std::string&) {};
};

/// Not thread-safe: lives on the event loop of its client.
class Executor {
 public:
  Executor(boost::asio::any_io_executor executor, cluster::Client& client, cache::Store& store,
           cluster::EventRecorder& events, ExecutorObserver observer);

  using OnEnd = std::function<void(const sync::Result&)>;

  /// Finds out what the plan's actions need to know before they begin.
  [[nodiscard]] Awaitable<sync::Result> prepare(sync::Preparation& machine, const objects::DaemonSet& daemon_set);

  /// Begins an action; `on_end` is called when it has ended.
  void begin(const std::shared_ptr<sync::Batch>& batch, daemonset::Action action, OnEnd on_end);

  /// Writes the status; `plan_again`: the DaemonSet turned out to be newer than we knew.
  [[nodiscard]] Awaitable<sync::Result> write_status(const objects::DaemonSet& daemon_set,
                                                     const daemonset::StatusChange& change);

  /// The same for a policy; `plan_again`: it has changed or gone.
  [[nodiscard]] Awaitable<sync::Result> write_status(const objects::RolloutPolicy& policy,
                                                     const objects::RolloutPolicyStatus& status);

  /// The same for an overlay, and tells its users what it is refused for now; `plan_again`: it has gone.
  [[nodiscard]] Awaitable<sync::Result> write_status(const overlay::DaemonSetOverlay& overlay,
                                                     const overlay::OverlayStatus& status);

  /// Tells the users of the DaemonSet.
  void notify(const objects::DaemonSet& daemon_set, sync::Notice notice);

 private:
  struct Work;

  [[nodiscard]] Awaitable<void> run_one(std::unique_ptr<Work> work);
  [[nodiscard]] Awaitable<sync::Result> drive(sync::WriteMachine& machine, const objects::DaemonSet& daemon_set);
  void notify_of_undone(const Work& work);
  void take(sync::Effects effects, const objects::DaemonSet& daemon_set);

  boost::asio::any_io_executor executor_;
  cluster::Client& client_;
  cache::Store& store_;
  cluster::EventRecorder& events_;
  ExecutorObserver observer_;
  codec::Document document_;
};

}  // namespace everynode::reconciler
