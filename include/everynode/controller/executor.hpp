/// Carries plans out: one write to the API for each action, and what the API answers goes into the store at once.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "everynode/cache/store.hpp"
#include "everynode/cluster/client.hpp"
#include "everynode/cluster/event_recorder.hpp"
#include "everynode/controller/in_flight.hpp"
#include "everynode/core/document.hpp"
#include "everynode/core/plan.hpp"

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

  /// Writes the status. Returns why that was not possible; empty if it was, or if the DaemonSet turned out to be
  /// newer than was known: then the store has it now, and it is to be planned again.
  [[nodiscard]] Awaitable<std::string> write_status(const core::DaemonSet& daemon_set,
                                                    const core::StatusChange& change);

  /// Tells the users of the DaemonSet.
  void tell(const core::DaemonSet& daemon_set, bool warning, std::string_view reason, std::string message);

 private:
  struct Batch;
  struct Doer;

  void begin(const std::shared_ptr<Batch>& batch, core::Action action);
  [[nodiscard]] Awaitable<void> run_one(std::shared_ptr<Batch> batch, core::Action action);
  void note_creating(const cache::Key& daemon_set, const core::Action& action, bool creating);
  [[nodiscard]] Awaitable<std::string> create_pod(Batch& batch, core::CreatePod action);
  [[nodiscard]] std::string doubted(const Batch& batch, const core::CreatePod& action) const;
  [[nodiscard]] Awaitable<std::optional<std::string>> resolve_doubt(cache::Key daemon_set, std::string node,
                                                                    std::string name);
  void note_doubt(const cache::Key& daemon_set, const std::string& node, const std::string& name);
  void note_doubt(const cache::Key& daemon_set, const core::DeletePod& deletion);
  [[nodiscard]] Awaitable<std::string> delete_pod(Batch& batch, core::DeletePod action);
  [[nodiscard]] Awaitable<std::optional<std::string>> settle_deletions(Batch& batch);
  [[nodiscard]] Awaitable<std::string> adopt(Batch& batch, core::Adopt action);
  [[nodiscard]] Awaitable<std::string> may_adopt(Batch& batch);
  [[nodiscard]] Awaitable<std::string> look_again(Batch& batch, core::OwnedKind kind, std::string name, std::string uid,
                                                  std::string problem);
  [[nodiscard]] Awaitable<std::string> take_newer(const core::DaemonSet& daemon_set, std::string problem);
  [[nodiscard]] Awaitable<std::string> release(Batch& batch, core::Release action);
  [[nodiscard]] Awaitable<std::string> relabel(Batch& batch, core::RelabelPod action);
  [[nodiscard]] Awaitable<std::string> create_revision(Batch& batch, core::CreateRevision action);
  [[nodiscard]] Awaitable<std::string> resolve_collision(Batch& batch, core::CreateRevision action);
  [[nodiscard]] Awaitable<std::string> change_revision(Batch& batch, core::ChangeRevision action);
  [[nodiscard]] Awaitable<std::string> delete_revision(Batch& batch, core::DeleteRevision action);

  void forget(core::OwnedKind kind, const std::string& uid);
  void note_answer(const Batch& batch, std::string refusal);
  void note_deleted(const Batch& batch, const core::DeletePod& action);
  template <class Object>
  std::string compare(std::expected<Object, std::string> seen, core::OwnedKind kind, const std::string& uid,
                      std::string problem);
  std::string take_pod(const kube::Reply& reply);
  std::string take_revision(const kube::Reply& reply);
  std::string take_daemon_set(const kube::Reply& reply);

  cluster::Client& client_;
  cache::Store& store_;
  cluster::EventRecorder& events_;
  ExecutorObserver observer_;
  core::Document document_;

  /// By DaemonSet and node: the name of a pod that may have been created, for its creation got no answer.
  std::map<cache::Key, std::map<std::string, std::string>> in_doubt_;
  /// By DaemonSet and the UID of the pod: deletions that got no answer, so they may have been done.
  std::map<cache::Key, std::map<std::string, core::DeletePod>> deletions_in_doubt_;
};

}  // namespace everynode::controller
