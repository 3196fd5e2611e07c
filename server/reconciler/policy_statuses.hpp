/// Writes the statuses of RolloutPolicies, each after what plans found out about its DaemonSets.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <string>

#include "everynode/cache/store.hpp"
#include "everynode/protocol/work_queue.hpp"
#include "executor.hpp"

namespace everynode::reconciler {

/// Not thread-safe: lives on the event loop of the executor's client.
class PolicyStatuses {
 public:
  using Failed = std::function<void(const cache::Key&, const std::string& problem)>;

  /// `may_act`: whether anything may be written now.
  PolicyStatuses(const boost::asio::any_io_executor& executor, Executor& actions, const cache::Store& store,
                 daemonset::Mode mode, std::function<bool()> may_act, Failed failed);

  /// Looks at policies and writes what has changed, until `stop`.
  [[nodiscard]] Awaitable<void> run();
  void stop();
  [[nodiscard]] bool idle() const { return !writing_; }

  /// The status of this policy may have to change.
  void touch(const cache::Key& policy);
  /// What kept it from writing may be over.
  void wake() { wake_.cancel(); }

 private:
  [[nodiscard]] Awaitable<void> write(std::string name);
  [[nodiscard]] std::vector<rollout::Selected> selected_by(const objects::RolloutPolicy& policy) const;

  Executor& actions_;
  const cache::Store& store_;
  daemonset::Mode mode_;
  std::function<bool()> may_act_;
  Failed failed_;
  /// One write a second tells people all they want to know.
  protocol::WorkQueue queue_{{.interval = std::chrono::seconds(1),
                              .retry_base = std::chrono::milliseconds(100),
                              .retry_cap = std::chrono::seconds(30)}};
  boost::asio::steady_timer wake_;
  bool running_ = false;
  bool writing_ = false;
};

}  // namespace everynode::reconciler
